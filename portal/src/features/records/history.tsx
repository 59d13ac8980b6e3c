/** What happened to a record, newest first. */
import { Button, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { recordHistoryQuery } from '../../api/records';
import type { RecordType } from '../../api/schema';
import { t } from '../../i18n';
import { fieldValue, words } from '../../lib/format';
import { personName, TimeAgo } from '../../ui/badges';
import { Loaded } from '../../ui/states';
import { Panel } from '../../ui/tabs';
import { fieldText } from '../fields/field';

export function RecordHistory({ id, type }: { id: string; type: RecordType | undefined }) {
  const query = useInfiniteQuery(recordHistoryQuery(id));
  const fieldOf = (key: string) => type?.fields.find((field) => field.key === key);
  const text = (key: string, value: unknown) => {
    const field = fieldOf(key);
    return field === undefined ? fieldValue(value) : fieldText(field, value);
  };
  return (
    <Panel title={t('History')}>
      <Loaded query={query} rows={2}>
        {({ pages }) => (
          <ol className="cw-links">
            {pages
              .flatMap((page) => page.items)
              .map((entry) => (
                <li key={entry.id} data-testid="record-entry">
                  <Text size="sm">
                    <b>{personName(entry.actor)}</b>{' '}
                    {entry.kind === 'record-created' ? t('created it') : t('changed it')} <TimeAgo at={entry.at} />
                  </Text>
                  {entry.changes.map((change) => (
                    <Text key={change.key} size="sm" c="dimmed">
                      {fieldOf(change.key)?.label ?? words(change.key)}: {text(change.key, change.before)} →{' '}
                      {text(change.key, change.after)}
                    </Text>
                  ))}
                </li>
              ))}
          </ol>
        )}
      </Loaded>
      {query.hasNextPage && (
        <Button
          variant="subtle"
          size="compact-sm"
          loading={query.isFetchingNextPage}
          onClick={() => void query.fetchNextPage()}
        >
          {t('Show more')}
        </Button>
      )}
    </Panel>
  );
}
