/** `/inbox`: what I was told, by case, and what becomes of it: read, dealt with, put off. */
import { Button, Group, Select, SegmentedControl } from '@mantine/core';
import { keepPreviousData, useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { api, take } from '../../api/client';
import { notificationPagesQuery } from '../../api/queries';
import { t } from '../../i18n';
import { unique } from '../../lib/pages';
import { Page } from '../../ui/page';
import { Count, Empty, Loaded } from '../../ui/states';
import { report } from '../../ui/toast';
import { byCase, inboxQuery, KINDS, type InboxFilters, type Kind, type Show } from './filters';
import './inbox.css';
import { ToldRow } from './told';
import { useInboxKeys } from './use-keys';

const route = getRouteApi('/inbox');

export function Inbox() {
  const filters = route.useSearch();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const query = useInfiniteQuery({
    ...notificationPagesQuery(inboxQuery(filters)),
    placeholderData: keepPreviousData,
  });
  const items = unique(query.data?.pages ?? []);
  const told = byCase(items);
  const show = filters.show ?? 'open';
  const current = useInboxKeys(told, show);
  const readAll = useMutation({
    mutationFn: () => take(api.POST('/api/v1/notifications/read-all')),
    onSettled: () => queries.invalidateQueries({ queryKey: ['notifications'] }),
    onError: (error) => report(error, t('That did not work')),
  });
  const change = (next: InboxFilters) => void navigate({ to: '/inbox', search: next, replace: true });
  const kinds: [Kind, string][] = [
    ['mention', t('Mentions')],
    ['task', t('Tasks')],
    ['mail', t('Mail')],
    ['deadline', t('Deadlines')],
    ['case', t('Cases')],
  ];
  return (
    <Page
      title={t('Notifications')}
      width={860}
      actions={
        <>
          <Button
            variant="default"
            size="xs"
            disabled={!items.some((item) => item.readAt === null)}
            loading={readAll.isPending}
            onClick={() => readAll.mutate()}
          >
            {t('Mark all as read')}
          </Button>
          <Button component={Link} to="/inbox/preferences" variant="subtle" size="xs">
            {t('Preferences')}
          </Button>
        </>
      }
    >
      <Group mb="sm" gap="sm">
        <SegmentedControl
          size="xs"
          aria-label={t('Show')}
          value={show}
          onChange={(value) => change({ ...filters, show: value as Show })}
          data={[
            { value: 'open', label: t('To do') },
            { value: 'unread', label: t('Unread') },
            { value: 'snoozed', label: t('Put off') },
            { value: 'done', label: t('Done') },
            { value: 'all', label: t('All') },
          ]}
        />
        <Select
          size="xs"
          w={150}
          aria-label={t('Kind')}
          placeholder={t('Kind')}
          clearable
          clearButtonProps={{ 'aria-label': t('Clear') }}
          data={kinds.map(([value, label]) => ({ value, label }))}
          value={filters.kind ?? null}
          onChange={(kind) => change({ ...filters, kind: kind !== null && kind in KINDS ? (kind as Kind) : undefined })}
          data-testid="inbox-kind"
        />
        {query.data !== undefined && (
          <Count
            shown={items.length}
            total={query.data.pages[0]?.total}
            one="{count} notification"
            other="{count} notifications"
          />
        )}
      </Group>
      <div className="cw-panel">
        <Loaded query={query}>
          {() =>
            told.length === 0 ? (
              <Empty icon="bell" title={show === 'all' ? t('No notifications yet') : t('You are up to date')}>
                {t('Assignments, mentions, replies and deadlines appear here by themselves.')}
              </Empty>
            ) : (
              <ul className="cw-plain-list" style={{ margin: 0, padding: 0 }}>
                {told.map((each, index) => (
                  <ToldRow
                    key={each.key}
                    told={each}
                    isCurrent={index === current}
                    isDone={each.items.every((item) => item.doneAt !== null)}
                    isSnoozed={show === 'snoozed'}
                  />
                ))}
              </ul>
            )
          }
        </Loaded>
      </div>
      {query.hasNextPage && (
        <Button
          mt="sm"
          variant="default"
          loading={query.isFetchingNextPage}
          onClick={() => void query.fetchNextPage()}
          data-testid="inbox-more"
        >
          {t('Show more')}
        </Button>
      )}
    </Page>
  );
}
