/** What an instance had decided: what went in and out, which rules hit, and why the others did not. */
import { Button, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { decisionsQuery, type Decision, type EvaluatedTable } from '../../api/instances';
import { plural, t } from '../../i18n';
import { dateTime, words } from '../../lib/format';
import { Tag } from '../../ui/badges';
import { ElementCell, PanelList, type PanelProps } from './list';
import { ShownValue } from './variable-value';

export function Decisions({ instance, element, nameOf, select }: PanelProps) {
  const [open, setOpen] = useState<string | null>(null);
  return (
    <PanelList
      query={decisionsQuery(instance, element)}
      caption={t('Decisions')}
      none={t('Nothing was decided by a table.')}
      isChosen={element !== null}
      head={
        <>
          <th scope="col">{t('Decision')}</th>
          <th scope="col" className="cw-hide-narrow">
            {t('Element')}
          </th>
          <th scope="col">{t('Result')}</th>
        </>
      }
      row={(decision) => (
        <tr key={decision.id} data-testid="decision-row">
          <th scope="row">
            {decision.decisionName ?? words(decision.decisionKey ?? decision.decisionId)}
            <Text size="xs" c="dimmed" component="div">
              {dateTime(decision.evaluatedAt)}
              {decision.version !== null && ` · ${t('Version {version}', { version: decision.version })}`}
            </Text>
            <span className="cw-only-narrow">
              <ElementCell element={decision.elementId} nameOf={nameOf} select={select} />
            </span>
          </th>
          <td className="cw-hide-narrow">
            <ElementCell element={decision.elementId} nameOf={nameOf} select={select} />
          </td>
          <td>
            <Outputs decision={decision} />
            <Button
              variant="subtle"
              size="compact-xs"
              aria-expanded={open === decision.id}
              onClick={() => setOpen(open === decision.id ? null : decision.id)}
              data-testid="decision-why"
            >
              {open === decision.id ? t('Hide why') : t('Why')}
            </Button>
            {open === decision.id && <Why decision={decision} />}
          </td>
        </tr>
      )}
    />
  );
}

function Outputs({ decision }: { decision: Decision }) {
  if (decision.outputs.length === 0)
    return decision.collected == null ? <i>{t('no result')}</i> : <ShownValue type="Json" value={decision.collected} />;
  return (
    <Stack gap={2}>
      {decision.outputs.map((output, nth) => (
        // A table may give the same output more than once.
        // oxlint-disable-next-line react/no-array-index-key
        <div key={nth} style={{ overflowWrap: 'anywhere' }}>
          <Text span size="sm" c="dimmed">
            {output.name}:
          </Text>{' '}
          <ShownValue type={output.type} value={output.value} />
        </div>
      ))}
    </Stack>
  );
}

function Why({ decision }: { decision: Decision }) {
  return (
    <Stack gap="xs" mt="xs" data-testid="decision-reasons">
      {decision.explanation !== null && <Text size="sm">{decision.explanation}</Text>}
      <dl className="cw-facts">
        {decision.inputs.map((input, nth) => (
          // Two columns may have one label.
          // oxlint-disable-next-line react/no-array-index-key
          <div key={nth} style={{ display: 'contents' }}>
            <dt>{input.label ?? t('Input {number}', { number: nth + 1 })}</dt>
            <dd>
              <ShownValue type={input.type} value={input.value} />
            </dd>
          </div>
        ))}
      </dl>
      {decision.tables.map((table) => (
        <Rules key={table.table} table={table} />
      ))}
      {decision.tables.length === 0 && (
        <Text size="sm" c="dimmed">
          {t('Which rules were asked is not kept of this one.')}
        </Text>
      )}
    </Stack>
  );
}

function Rules({ table }: { table: EvaluatedTable }) {
  const hits = table.rules.filter((rule) => rule.hits).length;
  return (
    <div>
      <Text size="sm" fw={600}>
        {table.table} · {plural('{count} rule hit', '{count} rules hit', hits)}
      </Text>
      <ul className="cw-plan">
        {table.rules.map((rule) => (
          <li key={rule.rule}>
            {rule.hits ? (
              <Tag tone="success" icon="check">
                {t('Rule {number} hit', { number: rule.rule })}
              </Tag>
            ) : (
              <Text span size="sm">
                {t('Rule {number}: “{input}” did not fit', {
                  number: rule.rule,
                  input:
                    table.inputs[(rule.refusedBy ?? 0) - 1]?.label ??
                    t('Input {number}', { number: rule.refusedBy ?? 1 }),
                })}
              </Text>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}
