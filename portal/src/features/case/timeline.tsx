/** The case's history as an ordered list, by day. Own comments can be edited and deleted in place. */
import { ActionIcon, Button, Chip, Group, Menu, Stack, Text, Textarea } from '@mantine/core';
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, take } from '../../api/client';
import {
  definitionsQuery,
  meQuery,
  processDefinitionsQuery,
  queuesQuery,
  timelineQuery,
  usersQuery,
} from '../../api/queries';
import type { Case, TimelineItem } from '../../api/schema';
import { t } from '../../i18n';
import { day, words } from '../../lib/format';
import { personName, TimeAgo } from '../../ui/badges';
import { Icon } from '../../ui/icons';
import { Empty, Failure, Loading } from '../../ui/states';
import { report } from '../../ui/toast';
import { fieldsOf } from '../fields/field';
import { fieldChanges, sentence, type Names } from './sentence';
import { kindLook, kindsOf, type KindGroup } from './timeline-kinds';

export function Timeline({ item }: { item: Case }) {
  const [group, setGroup] = useState<KindGroup | 'all'>('all');
  const query = useInfiniteQuery(timelineQuery(item.id, group === 'all' ? undefined : kindsOf(group)));
  const labels = useNames(item);
  const shown = query.data?.pages.flatMap((page) => page.items) ?? [];
  const names: [KindGroup | 'all', string][] = [
    ['all', t('Everything')],
    ['comments', t('Comments')],
    ['mail', t('Mail')],
    ['work', t('Work')],
    ['changes', t('Changes')],
  ];
  return (
    <section aria-label={t('Timeline')}>
      <Chip.Group value={group} onChange={(value) => setGroup(value as KindGroup | 'all')}>
        <Group gap={6} mb="md">
          {names.map(([value, label]) => (
            <Chip key={value} value={value} size="xs" variant="light">
              {label}
            </Chip>
          ))}
        </Group>
      </Chip.Group>
      {query.isPending ? (
        <Loading />
      ) : query.data === undefined ? (
        <Failure error={query.error} retry={() => void query.refetch()} />
      ) : shown.length === 0 ? (
        <Empty icon="clock" title={t('Nothing here yet')}>
          {t('What happens to this case appears here by itself.')}
        </Empty>
      ) : (
        <ol className="cw-timeline">
          {shown.map((entry, index) => {
            const before = shown[index - 1];
            const newDay = before === undefined || day(before.at) !== day(entry.at);
            return (
              <Entry key={entry.id} item={item} entry={entry} names={labels} heading={newDay ? day(entry.at) : null} />
            );
          })}
        </ol>
      )}
      {query.hasNextPage && (
        <Button
          variant="default"
          fullWidth
          mt="sm"
          loading={query.isFetchingNextPage}
          onClick={() => void query.fetchNextPage()}
        >
          {t('Show earlier')}
        </Button>
      )}
    </section>
  );
}

interface EntryNames extends Names {
  /** A value of the field with this key. */
  value(key: string, value: unknown): string;
}

/** Names for the ids in the entries of one case. */
function useNames(item: Case): EntryNames {
  const users = useQuery(usersQuery('')).data;
  const queues = useQuery(queuesQuery).data;
  const definition = useQuery(definitionsQuery).data?.find((each) => each.key === item.definition);
  const processes = useQuery(processDefinitionsQuery(true)).data;
  const fields = fieldsOf(definition);
  return {
    person: (id) => users?.find((user) => user.id === id)?.name ?? words(id),
    queue: (id) => queues?.find((queue) => queue.id === id)?.name ?? words(id),
    field: fields.label,
    value: fields.text,
    process: (key) => processes?.find((process) => process.key === key)?.name ?? key,
  };
}

function Entry({
  item,
  entry,
  names,
  heading,
}: {
  item: Case;
  entry: TimelineItem;
  names: EntryNames;
  heading: string | null;
}) {
  const [icon, tone] = kindLook(entry.kind);
  const comment = entry.kind === 'comment-added' && typeof entry.data.body === 'string' ? entry.data.body : null;
  const gone = entry.data.deleted === true;
  return (
    <>
      {heading !== null && (
        <li>
          <Text component="h3" size="xs" fw={600} c="dimmed" mb={10} mt={4}>
            {heading}
          </Text>
        </li>
      )}
      <li className="cw-event" data-testid="timeline-item" data-kind={entry.kind} id={`event-${entry.id}`}>
        <span className={`cw-event-icon cw-tone-${tone}`}>
          <Icon name={icon} size={15} />
        </span>
        <div className="cw-event-body">
          <Group gap={6} wrap="wrap" align="baseline">
            <Text size="sm" fw={600} span>
              {personName(entry.actor)}
            </Text>
            <Text size="sm" span style={{ overflowWrap: 'anywhere' }}>
              {sentence(entry, names)}
            </Text>
            <Text size="xs" c="dimmed" span>
              <TimeAgo at={entry.at} />
            </Text>
          </Group>
          {fieldChanges(entry.data).map((change) => (
            <Text key={change.key} size="xs" c="dimmed" mt={2}>
              {names.field(change.key)}: {names.value(change.key, change.before)} →{' '}
              {names.value(change.key, change.after)}
            </Text>
          ))}
          {comment !== null && gone && (
            <Text size="sm" c="dimmed" fs="italic" mt={4}>
              {t('Comment deleted')}
            </Text>
          )}
          {comment !== null && !gone && <Comment item={item} entry={entry} body={comment} />}
        </div>
      </li>
    </>
  );
}

function Comment({ item, entry, body }: { item: Case; entry: TimelineItem; body: string }) {
  const me = useQuery(meQuery).data;
  const queries = useQueryClient();
  const [edited, setEdited] = useState<string | null>(null);
  const commentId = typeof entry.data.commentId === 'string' ? entry.data.commentId : entry.id;
  const path = { id: item.id, commentId };
  const refresh = () => queries.invalidateQueries({ queryKey: ['case', item.id, 'timeline'] });
  const save = useMutation({
    mutationFn: (text: string) =>
      take(api.PATCH('/api/v1/cases/{id}/comments/{commentId}', { params: { path }, body: { body: text } })),
    onSuccess: () => {
      setEdited(null);
      return refresh();
    },
    onError: (error) => report(error, t('The comment was not saved')),
  });
  const remove = useMutation({
    mutationFn: () => take(api.DELETE('/api/v1/cases/{id}/comments/{commentId}', { params: { path } })),
    onSuccess: refresh,
    onError: (error) => report(error, t('The comment was not deleted')),
  });
  if (edited !== null) {
    return (
      <Stack gap={6} mt={6}>
        <Textarea
          autosize
          minRows={2}
          aria-label={t('Comment')}
          value={edited}
          onChange={(event) => setEdited(event.currentTarget.value)}
        />
        <Group gap="xs">
          <Button
            size="xs"
            loading={save.isPending}
            disabled={edited.trim() === ''}
            onClick={() => save.mutate(edited.trim())}
          >
            {t('Save')}
          </Button>
          <Button size="xs" variant="default" onClick={() => setEdited(null)}>
            {t('Cancel')}
          </Button>
        </Group>
      </Stack>
    );
  }
  return (
    <Group align="flex-start" wrap="nowrap" gap={4} mt={6}>
      <Text size="sm" component="div" className="cw-comment" style={{ flex: 1, minWidth: 0 }}>
        {body}
        {entry.data.editedAt != null && (
          <Text span size="xs" c="dimmed">
            {' '}
            ({t('edited')})
          </Text>
        )}
      </Text>
      {entry.actor?.id === me?.id && (
        <Menu position="bottom-end" withinPortal>
          <Menu.Target>
            <ActionIcon variant="subtle" c="inherit" size={26} aria-label={t('Comment actions')}>
              <Icon name="dots" size={16} stroke={3} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item leftSection={<Icon name="edit" size={15} />} onClick={() => setEdited(body)}>
              {t('Edit')}
            </Menu.Item>
            <Menu.Item leftSection={<Icon name="trash" size={15} />} onClick={() => remove.mutate()}>
              {t('Delete')}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      )}
    </Group>
  );
}
