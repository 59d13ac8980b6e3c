/** One notification: what happened, when, and whether it reached the person elsewhere too. */
import { Anchor, Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { channelsQuery } from '../../api/queries';
import type { Notification } from '../../api/schema';
import { t } from '../../i18n';
import { dateTime } from '../../lib/format';
import { Tag, TimeAgo, useNow } from '../../ui/badges';
import { Icon, type IconName } from '../../ui/icons';
import { deliveryLook } from '../mails/delivery';
import { localPath } from './link';
import { words } from './preferences';

const ICONS: [RegExp, IconName][] = [
  [/task/, 'tasks'],
  [/mail/, 'mail'],
  [/mention|comment/, 'comment'],
  [/sla/, 'flame'],
  [/assign/, 'person'],
  [/stage|status/, 'stage'],
  [/incident|fail/, 'incident'],
];

export function Entry({ item, read }: { item: Notification; read: () => void }) {
  const router = useRouter();
  const now = useNow();
  const isUnread = item.readAt === null;
  const icon = ICONS.find(([pattern]) => pattern.test(item.kind))?.[1] ?? 'bell';
  const path = localPath(item.link, location.origin);
  const follow = () => {
    if (isUnread) read();
    if (path !== null) router.history.push(path);
  };
  return (
    <Group
      data-testid="notification"
      data-read={!isUnread}
      wrap="nowrap"
      align="flex-start"
      gap="sm"
      style={{ flex: 1, minWidth: 0 }}
    >
      <span className={`cw-event-icon cw-tone-${isUnread ? 'accent' : 'neutral'}`}>
        <Icon name={icon} size={15} />
      </span>
      <div style={{ flex: 1, minWidth: 0 }}>
        {path === null ? (
          <Text size="sm" fw={isUnread ? 650 : 450}>
            {item.title}
          </Text>
        ) : (
          <Anchor
            href={path}
            c="inherit"
            size="sm"
            fw={isUnread ? 650 : 450}
            data-follow
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
        {item.body !== '' && (
          <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
            {item.body}
          </Text>
        )}
        <Group gap={6} mt={4}>
          <Text size="xs" c="dimmed">
            <TimeAgo at={item.createdAt} />
          </Text>
          {item.snoozedUntil !== null && Date.parse(item.snoozedUntil) > now && (
            <Tag tone="info" icon="clock">
              {t('Back {at}', { at: dateTime(item.snoozedUntil) })}
            </Tag>
          )}
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
