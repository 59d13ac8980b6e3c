/** What differs between two versions of a case type, part by part. */
import { List, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { definitionDiffQuery } from '../../api/queries';
import type { DefinitionDiff } from '../../api/schema';
import { t } from '../../i18n';
import { words } from '../../lib/format';
import { Tag } from '../../ui/badges';
import { Loaded } from '../../ui/states';

type Section = DefinitionDiff['sections'][number];
type Member = DefinitionDiff['members'][number];

export function Differences({ of, from, to }: { of: string; from: number; to: number }) {
  const query = useQuery(definitionDiffQuery(of, from, to));
  return (
    <Loaded query={query} rows={3}>
      {({ sections, members }) =>
        sections.length === 0 && members.length === 0 ? (
          <Text c="dimmed">{t('Both are the same.')}</Text>
        ) : (
          <Stack data-testid="differences">
            {sections.map((section) => (
              <SectionPart key={section.section} section={section} />
            ))}
            {members.length > 0 && (
              <section aria-label={t('Definition')}>
                <Text component="h3" fw={600} size="sm">
                  {t('Definition')}
                </Text>
                <Members members={members} />
              </section>
            )}
          </Stack>
        )
      }
    </Loaded>
  );
}

function SectionPart({ section }: { section: Section }) {
  const name = named(section.section);
  return (
    <section aria-label={name}>
      <Text component="h3" fw={600} size="sm">
        {name}
      </Text>
      <List size="sm" listStyleType="none">
        {section.added.map((entry) => (
          <List.Item key={entry.id}>
            <Tag tone="success">{t('added')}</Tag> {entry.name}
          </List.Item>
        ))}
        {section.removed.map((entry) => (
          <List.Item key={entry.id}>
            <Tag tone="danger">{t('removed')}</Tag> {entry.name}
          </List.Item>
        ))}
        {section.changed.map((entry) => (
          <List.Item key={entry.id}>
            <Tag tone="info">{t('changed')}</Tag> {entry.name}
            <Members members={entry.members} />
          </List.Item>
        ))}
        {section.isReordered && (
          <List.Item>
            <Tag tone="neutral">{t('in another order')}</Tag>
          </List.Item>
        )}
      </List>
    </section>
  );
}

function Members({ members }: { members: Member[] }) {
  return (
    <List size="sm" withPadding>
      {members.map(({ member, before, after }) => (
        <List.Item key={member}>
          {words(member)}: <del>{told(before)}</del> <ins>{told(after)}</ins>
        </List.Item>
      ))}
    </List>
  );
}

const told = (value: unknown): string =>
  value === null || value === undefined ? '–' : typeof value === 'string' ? value : JSON.stringify(value);

function named(section: string): string {
  const names: Record<string, string> = {
    stages: t('Stages'),
    milestones: t('Milestones'),
    statuses: t('Statuses'),
    resolutions: t('Resolutions'),
    fields: t('Fields'),
    processes: t('Processes'),
    slas: t('Service levels'),
    rules: t('Rules'),
  };
  return names[section] ?? words(section);
}
