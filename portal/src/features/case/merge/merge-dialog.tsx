/** Making a case part of another one: which one, and what that means, before it is done. */
import { Button, Checkbox, Group, List, Modal, Stack, Text } from '@mantine/core';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api, take } from '../../../api/client';
import type { Case, MergePreview } from '../../../api/schema';
import { plural, t } from '../../../i18n';
import { Notice } from '../../../ui/notice';
import { told } from '../../../ui/toast';
import { CaseChoice } from './case-choice';
import { refusalText } from './refusals';

/** `into`: the case that is suggested. */
export function MergeDialog({ item, into, close }: { item: Case; into?: string; close: () => void }) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [other, setOther] = useState<string | null>(into ?? null);
  const [cancels, setCancels] = useState(false);
  const preview = useQuery({
    queryKey: ['case', item.id, 'merge-preview', other],
    enabled: other !== null,
    placeholderData: keepPreviousData,
    queryFn: () =>
      take(
        api.POST('/api/v1/cases/{id}/merge/preview', {
          params: { path: { id: item.id } },
          body: { into: other ?? '' },
        }),
      ),
  });
  const merge = useMutation({
    mutationFn: (to: string) =>
      take(
        api.POST('/api/v1/cases/{id}/merge', {
          params: { path: { id: item.id } },
          body: { into: to, openWork: cancels ? 'cancel' : 'refuse' },
        }),
      ),
    onSuccess: async () => {
      const number = preview.data?.into.number ?? '';
      told(t('{number} is part of {other} now', { number: item.number, other: number }));
      close();
      await queries.invalidateQueries({ queryKey: ['case'] });
      await navigate({ to: '/cases/$ref/$tab', params: { ref: number, tab: 'overview' } });
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ['cases'] }),
  });
  const shown = other === null ? undefined : preview.data;
  const runs = (shown?.processes.length ?? 0) > 0;
  const failure = merge.error ?? (other === null ? null : preview.error);
  return (
    <Modal
      opened
      onClose={close}
      size={520}
      title={t('Merge {number} into another case', { number: item.number })}
      closeButtonProps={{ 'aria-label': t('Close') }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (other !== null && !merge.isPending) merge.mutate(other);
        }}
      >
        <Stack>
          {failure !== null && (
            <Notice tone="danger" icon="incident" role="alert" title={t('Not merged')}>
              {failure.message}
            </Notice>
          )}
          <CaseChoice item={item} label={t('Case that goes on')} value={other} choose={setOther} />
          {shown !== undefined && <Meaning item={item} preview={shown} />}
          {runs && (
            <Checkbox
              checked={cancels}
              onChange={(event) => setCancels(event.currentTarget.checked)}
              label={t('Cancel what still runs')}
              description={t('Processes stay with their case, so they end with it.')}
            />
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              {t('Cancel')}
            </Button>
            <Button
              type="submit"
              loading={merge.isPending}
              disabled={shown === undefined || shown.refusal != null || (runs && !cancels)}
              data-testid="merge-confirm"
            >
              {t('Merge')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

function Meaning({ item, preview }: { item: Case; preview: MergePreview }) {
  const { refusal } = preview;
  if (refusal != null)
    return (
      <Notice tone="warning" icon="incident" role="alert" title={t('These cannot be merged')}>
        {refusalText(refusal)}
      </Notice>
    );
  const parts = [
    [preview.mails, plural('{count} mail', '{count} mails', preview.mails)],
    [preview.documents, plural('{count} document', '{count} documents', preview.documents)],
    [preview.comments, plural('{count} comment', '{count} comments', preview.comments)],
    [preview.tasks, plural('{count} open task', '{count} open tasks', preview.tasks)],
    [preview.links, plural('{count} link', '{count} links', preview.links)],
  ] as const;
  const moved = parts.flatMap(([count, text]) => (count > 0 ? [text] : []));
  return (
    <div data-testid="merge-preview">
      <Text size="sm" fw={600}>
        {t('What goes on in {number} {title}', { number: preview.into.number, title: preview.intoTitle })}
      </Text>
      <List size="sm">
        {moved.length === 0 ? (
          <List.Item>{t('Nothing but the number')}</List.Item>
        ) : (
          moved.map((text) => <List.Item key={text}>{text}</List.Item>)
        )}
      </List>
      <Text size="sm" c="dimmed">
        {t('{number} is closed and leads there. This cannot be undone.', { number: item.number })}
      </Text>
      {preview.processes.length > 0 && (
        <Text size="sm">{t('Still running: {names}', { names: preview.processes.join(', ') })}</Text>
      )}
    </div>
  );
}
