/** What goes on as what, a line for each element. */
import { Checkbox, Select, Text } from '@mantine/core';
import type { Mappable } from '../../api/instances';
import { plural, t } from '../../i18n';
import { words } from '../../lib/format';
import { Tag } from '../../ui/badges';
import { hasTrigger, type Chosen } from './mapping';

interface Props {
  sources: Mappable[];
  targets: Mappable[];
  chosen: Chosen;
  /** By source. */
  faults: Map<string, string[]>;
  choose: (source: string, next: Chosen[string] | null) => void;
}

const NOWHERE = '';

export function MappingTable({ sources, targets, chosen, faults, choose }: Props) {
  const choices = [
    { value: NOWHERE, label: t('not mapped') },
    ...targets.map((each) => ({ value: each.id, label: nameOf(each) })),
  ];
  return (
    <div className="cw-table-scroll">
      <table className="cw-table cw-table-facts">
        <caption className="cw-visually-hidden">{t('What goes on as what')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('Element')}</th>
            <th scope="col">{t('Goes on as')}</th>
          </tr>
        </thead>
        <tbody>
          {sources.map((source) => {
            const to = chosen[source.id];
            const fault = faults.get(source.id)?.join(' ');
            return (
              <tr key={source.id} data-testid={`mapping-${source.id}`}>
                <th scope="row">
                  {nameOf(source)}{' '}
                  {source.active > 0 && (
                    <Tag tone="accent" icon="bolt">
                      {plural('{count} token', '{count} tokens', source.active)}
                    </Tag>
                  )}
                  <Text size="xs" c="dimmed">
                    {words(source.type)}
                  </Text>
                </th>
                <td>
                  <Select
                    size="xs"
                    aria-label={t('Goes on as: {name}', { name: nameOf(source) })}
                    searchable
                    allowDeselect={false}
                    data={choices}
                    value={to?.target ?? NOWHERE}
                    error={fault ?? (to === undefined && source.active > 0 ? t('Has to go on somewhere') : null)}
                    onChange={(next) =>
                      choose(
                        source.id,
                        next === null || next === NOWHERE ? null : { target: next, anew: to?.anew ?? false },
                      )
                    }
                  />
                  {to !== undefined && hasTrigger(source.type) && (
                    <Checkbox
                      mt={6}
                      size="xs"
                      label={t('As the new version says: its time, its message')}
                      checked={to.anew}
                      onChange={(event) => choose(source.id, { ...to, anew: event.currentTarget.checked })}
                    />
                  )}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function nameOf({ id, name }: Mappable): string {
  return name === null || name === '' ? words(id) : name;
}
