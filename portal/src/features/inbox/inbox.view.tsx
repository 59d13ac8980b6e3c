/** `/inbox`: what I was told, where it leads, and whether it reached me elsewhere too. */
import { Anchor, Button, Group, SegmentedControl, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate, useRouter } from '@tanstack/react-router';
import { api, take } from '../../api/client';
import { channelsQuery, notificationsQuery } from '../../api/queries';
import type { Notification } from '../../api/schema';
import { t } from '../../i18n';
import { Tag, TimeAgo } from '../../ui/badges';
import { Icon, type IconName } from '../../ui/icons';
import { Page } from '../../ui/page';
import { Empty, Loaded } from '../../ui/states';
import { report } from '../../ui/toast';
import { deliveryLook } from '../mails/delivery';
import { localPath } from './link';
import { words } from './preferences';

const route = getRouteApi('/inbox');
const ICONS: [RegExp, IconName][] = [
  [/task/, 'tasks'],
  [/mail/, 'mail'],
  [/mention|comment/, 'comment'],
  [/sla/, 'flame'],
  [/assign/, 'person'],
  [/stage|status/, 'stage'],
  [/incident|fail/, 'incident'],
];

export function Inbox() {
  const { show } = route.useSearch();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const query = useQuery(notificationsQuery(show === 'all' ? 'all' : 'unread'));
  const readAll = useMutation({
    mutationFn: () => take(api.POST('/api/v1/notifications/read-all')),
    onSettled: () => queries.invalidateQueries({ queryKey: ['notifications'] }),
    onError: (error) => report(error, t('That did not work')),
  });
  const unread = query.data?.items.filter((each) => each.readAt === null).length ?? 0;
  return (
    <Page
      title={t('Notifications')}
      width={860}
      actions={
        <>
          <SegmentedControl
            size="xs"
            aria-label={t('Show')}
            value={show ?? 'unread'}
            onChange={(value) =>
              void navigate({ to: '/inbox', search: { show: value === 'all' ? 'all' : undefined }, replace: true })
            }
            data={[
              { value: 'unread', label: t('Unread') },
              { value: 'all', label: t('All') },
            ]}
          />
          <Button
            variant="default"
            size="xs"
            disabled={unread === 0}
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
      <div className="cw-panel">
        <Loaded query={query}>
          {({ items }) =>
            items.length === 0 ? (
              <Empty icon="bell" title={show === 'all' ? t('No notifications yet') : t('You are up to date')}>
                {t('Assignments, mentions, replies and deadlines appear here by themselves.')}
              </Empty>
            ) : (
              <Stack component="ul" gap={0} p={0} m={0} style={{ listStyle: 'none' }}>
                {items.map((each) => (
                  <Row key={each.id} item={each} />
                ))}
              </Stack>
            )
          }
        </Loaded>
      </div>
    </Page>
  );
}

function Row({ item }: { item: Notification }) {
  const router = useRouter();
  const queries = useQueryClient();
  const read = useMutation({
    mutationFn: () => take(api.POST('/api/v1/notifications/{id}/read', { params: { path: { id: item.id } } })),
    onSettled: () => queries.invalidateQueries({ queryKey: ['notifications'] }),
    onError: (error) => report(error, t('That did not work')),
  });
  const icon = ICONS.find(([pattern]) => pattern.test(item.kind))?.[1] ?? 'bell';
  const path = localPath(item.link, location.origin);
  const follow = () => {
    if (item.readAt === null) read.mutate();
    if (path !== null) router.history.push(path);
  };
  return (
    <Group
      component="li"
      data-testid="notification"
      data-read={item.readAt !== null}
      wrap="nowrap"
      align="flex-start"
      gap="sm"
      p="md"
      style={{ borderBottom: '1px solid var(--cw-line)' }}
    >
      <span className={`cw-event-icon cw-tone-${item.readAt === null ? 'accent' : 'neutral'}`}>
        <Icon name={icon} size={15} />
      </span>
      <div style={{ flex: 1, minWidth: 0 }}>
        {path === null ? (
          <Text size="sm" fw={item.readAt === null ? 650 : 450}>
            {item.title}
          </Text>
        ) : (
          <Anchor
            href={path}
            c="inherit"
            size="sm"
            fw={item.readAt === null ? 650 : 450}
            onClick={(event) => {
              if (!event.ctrlKey && !event.metaKey) {
                event.preventDefault();
                follow();
              }
            }}
          >
            {item.title}
          </Anchor>
        )}
        {item.body !== null && (
          <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
            {item.body}
          </Text>
        )}
        <Group gap={6} mt={4}>
          <Text size="xs" c="dimmed">
            <TimeAgo at={item.createdAt} />
          </Text>
          {item.deliveries
            .filter((each) => each.channel !== 'in-app')
            .map((each) => (
              <Delivery
                key={each.channel + (each.at ?? '')}
                channel={each.channel}
                state={each.state}
                answer={each.answer ?? null}
              />
            ))}
        </Group>
      </div>
      {item.readAt === null && (
        <Button
          variant="subtle"
          size="compact-xs"
          loading={read.isPending}
          onClick={() => read.mutate()}
          aria-label={t('Mark “{title}” as read', { title: item.title })}
        >
          {t('Read')}
        </Button>
      )}
    </Group>
  );
}

function Delivery({ channel, state, answer }: { channel: string; state: string; answer: string | null }) {
  const there = useQuery(channelsQuery).data ?? [];
  const known = there.find((each) => each.name === channel);
  const [label, tone] = deliveryLook(state);
  return (
    <Tag
      tone={tone === 'success' ? 'neutral' : tone}
      title={answer ?? undefined}
    >{`${known === undefined ? channel : words(known.label)}: ${label}`}</Tag>
  );
}
