/** A comment in the timeline; its author edits and deletes it in place. */
import { ActionIcon, Button, Group, Menu, Stack, Text, Textarea } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, take } from '../../api/client';
import { meQuery } from '../../api/queries';
import type { Case, TimelineItem } from '../../api/schema';
import { t } from '../../i18n';
import { Icon } from '../../ui/icons';
import { report } from '../../ui/toast';

export function Comment({ item, entry, body }: { item: Case; entry: TimelineItem; body: string }) {
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
