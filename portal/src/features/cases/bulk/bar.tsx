/** What can be done with the chosen cases. It stands above the list, so that the list keeps its place. */
import { Button, Group, Text } from '@mantine/core';
import { useState } from 'react';
import { plural, t } from '../../../i18n';
import { counted } from '../../../lib/format';
import { later } from '../../../ui/later';
import type { CaseFilters } from '../filters';
import { subjects, type Subject } from './subjects';
import { meant, type Chosen } from './selection';

interface Props {
  chosen: Chosen;
  /** How many the list has in all; null: not known. */
  total: number | null;
  loaded: number;
  filters: CaseFilters;
  everything: () => void;
  clear: () => void;
}

const BulkDialog = later(async () => (await import('./dialog')).BulkDialog);

export function BulkBar({ chosen, total, loaded, filters, everything, clear }: Props) {
  const [subject, setSubject] = useState<Subject | null>(null);
  const count = chosen.everything ? (total ?? chosen.ids.size) : chosen.ids.size;
  // The dialog stays while its batch runs, though nothing is chosen any more.
  const [asked, setAsked] = useState<{ cases: ReturnType<typeof meant>; count: number } | null>(null);
  const begin = (next: Subject) => {
    setAsked({ cases: meant(chosen, filters), count });
    setSubject(next);
  };
  return (
    <>
      {count > 0 && (
        <Group
          className="cw-panel cw-bulk"
          role="region"
          aria-label={t('Chosen cases')}
          gap="xs"
          data-testid="bulk-bar"
        >
          <Text size="sm" fw={600} aria-live="polite">
            {plural('{count} case chosen', '{count} cases chosen', count, { count: counted(count) })}
          </Text>
          {!chosen.everything && total !== null && chosen.ids.size === loaded && total > loaded && (
            <Button size="compact-sm" variant="subtle" onClick={everything} data-testid="choose-everything">
              {t('Choose all {count}', { count: counted(total) })}
            </Button>
          )}
          {subjects().map((each) => (
            <Button
              key={each.id}
              size="compact-sm"
              variant="light"
              onClick={() => begin(each.id)}
              data-testid={`bulk-${each.id}`}
            >
              {each.label}
            </Button>
          ))}
          <Button size="compact-sm" variant="subtle" color="gray" c="inherit" onClick={clear}>
            {t('Choose none')}
          </Button>
        </Group>
      )}
      {subject !== null && asked !== null && (
        <BulkDialog
          subject={subject}
          cases={asked.cases}
          count={asked.count}
          definition={filters.definition}
          close={() => setSubject(null)}
          begun={clear}
        />
      )}
    </>
  );
}
