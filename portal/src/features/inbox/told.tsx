/** What is told of one case: the newest, the others on request, and what is done with all of them at once. */
import { ActionIcon, Button, Group, Menu, Stack, Tooltip } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { mutesQuery } from '../../api/queries';
import { plural, t } from '../../i18n';
import { dateTime } from '../../lib/format';
import { useNow } from '../../ui/badges';
import { Icon, type IconName } from '../../ui/icons';
import { Entry } from './entry';
import { snoozes, type Snooze, type Told } from './filters';
import { useFollow } from '../../api/following';
import { useHandling, useMuting } from './use-handling';

interface Props {
  told: Told;
  isCurrent: boolean;
  isDone: boolean;
  isSnoozed: boolean;
}

const NAMES: Record<Snooze['id'], () => string> = {
  hour: () => t('In an hour'),
  tomorrow: () => t('Tomorrow morning'),
  week: () => t('Next Monday'),
};

export function ToldRow({ told, isCurrent, isDone, isSnoozed }: Props) {
  const [showsAll, setShowsAll] = useState(false);
  const handling = useHandling();
  const muting = useMuting();
  const follow = useFollow();
  const now = useNow();
  const muted = useQuery(mutesQuery).data ?? [];
  const ids = told.items.map((item) => item.id);
  const isMuted = told.caseId !== null && muted.includes(told.caseId);
  const [newest, ...others] = told.items;
  if (newest === undefined) return null;
  const isUnread = told.items.some((item) => item.readAt === null);
  const title = newest.title;
  return (
    <Stack component="li" className="cw-told" gap="xs" data-current={isCurrent} data-testid="told" tabIndex={-1}>
      <Group wrap="nowrap" align="flex-start" gap="xs">
        <Entry item={newest} read={() => handling.mutate({ ids: [newest.id], read: true })} />
        <Group gap={2} wrap="nowrap">
          {isUnread && !isDone && (
            <Act
              icon="eye"
              label={t('Mark “{title}” as read', { title })}
              run={() => handling.mutate({ ids, read: true })}
              testId="told-read"
            />
          )}
          <Act
            icon={isDone ? 'undo' : 'check'}
            label={isDone ? t('Look at “{title}” again', { title }) : t('“{title}” is done', { title })}
            run={() => handling.mutate({ ids, done: !isDone })}
            testId="told-done"
          />
          {!isDone && (
            <Menu withinPortal position="bottom-end">
              <Menu.Target>
                <ActionIcon
                  variant="subtle"
                  c="inherit"
                  aria-label={t('Put “{title}” off', { title })}
                  data-testid="told-snooze"
                >
                  <Icon name="clock" size={16} />
                </ActionIcon>
              </Menu.Target>
              <Menu.Dropdown>
                <Menu.Label>{t('Comes back')}</Menu.Label>
                {snoozes(new Date(now)).map(({ id, until }) => (
                  <Menu.Item
                    key={id}
                    onClick={() => handling.mutate({ ids, snoozedUntil: until.toISOString() })}
                    data-testid={`snooze-${id}`}
                  >
                    {NAMES[id]()} · {dateTime(until.toISOString())}
                  </Menu.Item>
                ))}
                {isSnoozed && (
                  <Menu.Item
                    onClick={() => handling.mutate({ ids, snoozedUntil: new Date(0).toISOString() })}
                    data-testid="snooze-back"
                  >
                    {t('Now')}
                  </Menu.Item>
                )}
              </Menu.Dropdown>
            </Menu>
          )}
          {told.caseId !== null && told.items.some((item) => item.kind === 'case-followed') && (
            <Act
              icon="close"
              label={t('Follow this case no longer')}
              run={() => follow.mutate({ id: told.caseId ?? '', follows: false })}
              testId="told-unfollow"
            />
          )}
          {told.caseId !== null && (
            <Act
              icon={isMuted ? 'bell' : 'pause'}
              label={isMuted ? t('Tell me of this case again') : t('Mute this case: only what is asked of me is told')}
              run={() => muting.mutate({ id: told.caseId ?? '', isMuted: !isMuted })}
              testId="told-mute"
            />
          )}
        </Group>
      </Group>
      {others.length > 0 && (
        <Button
          variant="subtle"
          size="compact-xs"
          aria-expanded={showsAll}
          onClick={() => setShowsAll(!showsAll)}
          style={{ alignSelf: 'flex-start', marginInlineStart: 38 }}
          data-testid="told-others"
        >
          {plural('{count} more of this case', '{count} more of this case', others.length)}
        </Button>
      )}
      {showsAll &&
        others.map((item) => (
          <Entry key={item.id} item={item} read={() => handling.mutate({ ids: [item.id], read: true })} />
        ))}
    </Stack>
  );
}

function Act({ icon, label, run, testId }: { icon: IconName; label: string; run: () => void; testId: string }) {
  return (
    <Tooltip label={label} multiline maw={260}>
      <ActionIcon variant="subtle" c="inherit" aria-label={label} onClick={run} data-testid={testId}>
        <Icon name={icon} size={16} />
      </ActionIcon>
    </Tooltip>
  );
}
