/** The cases that a record has a role in. */
import { Button, Group, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { recordCasesQuery } from '../../api/records';
import { t } from '../../i18n';
import { unique } from '../../lib/pages';
import { StatusTag } from '../../ui/badges';
import { Loaded } from '../../ui/states';
import { Panel } from '../../ui/tabs';

export function RecordCases({ id }: { id: string }) {
  const query = useInfiniteQuery(recordCasesQuery(id));
  return (
    <Panel title={t('Cases')}>
      <Loaded query={query} rows={2}>
        {({ pages }) => {
          const cases = unique(pages);
          return cases.length === 0 ? (
            <Text size="sm" c="dimmed">
              {t('It is in no case that you may see.')}
            </Text>
          ) : (
            <ul className="cw-links">
              {cases.map((each) => (
                <li key={each.id} data-testid="record-case">
                  <Group gap={6} wrap="nowrap" justify="space-between">
                    <Link to="/cases/$ref" params={{ ref: each.number }} className="cw-link cw-clip">
                      {each.number} {each.title}
                    </Link>
                    <StatusTag item={each} />
                  </Group>
                </li>
              ))}
            </ul>
          );
        }}
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
