/** Making a case of its own of a part of this one. */
import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { api, take } from '../../../api/client';
import type { Case, SplitCase } from '../../../api/schema';
import { t } from '../../../i18n';
import { Icon } from '../../../ui/icons';
import { Notice } from '../../../ui/notice';
import { told } from '../../../ui/toast';

interface Props {
  item: Case;
  of: SplitCase['of'];
  id: string;
  /** What the new case is called unless somebody says otherwise. */
  title: string;
}

export function SplitButton(props: Props) {
  const [asks, setAsks] = useState(false);
  if (props.item.mergedInto != null) return null;
  return (
    <>
      <Button
        variant="subtle"
        size="compact-sm"
        leftSection={<Icon name="plus" size={15} />}
        onClick={() => setAsks(true)}
        data-testid="split"
      >
        {t('Make a case of it')}
      </Button>
      {asks && <SplitDialog {...props} close={() => setAsks(false)} />}
    </>
  );
}

function SplitDialog({ item, of, id, title: suggested, close }: Props & { close: () => void }) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [title, setTitle] = useState(suggested);
  // The same wish, sent again, makes one case.
  const key = useRef(crypto.randomUUID());
  const split = useMutation({
    mutationFn: () =>
      take(
        api.POST('/api/v1/cases/{id}/split', {
          params: { path: { id: item.id } },
          headers: { 'Idempotency-Key': key.current },
          body: { of, id, title },
        }),
      ),
    onSuccess: async (made) => {
      told(t('{number} was made of it', { number: made.number }));
      close();
      await navigate({ to: '/cases/$ref/$tab', params: { ref: made.number, tab: 'overview' } });
    },
    onSettled: () => Promise.all(['case', 'cases'].map((each) => queries.invalidateQueries({ queryKey: [each] }))),
  });
  return (
    <Modal
      opened
      onClose={close}
      title={t('Make a case of a part of {number}', { number: item.number })}
      closeButtonProps={{ 'aria-label': t('Close') }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (!split.isPending) split.mutate();
        }}
      >
        <Stack>
          {split.error !== null && (
            <Notice tone="danger" icon="incident" role="alert" title={t('The case was not made')}>
              {split.error.message}
            </Notice>
          )}
          <TextInput
            label={t('Title')}
            required
            maxLength={500}
            data-autofocus
            value={title}
            onChange={(event) => setTitle(event.currentTarget.value)}
          />
          <Text size="sm" c="dimmed">
            {of === 'mail'
              ? t('The mail goes into the new case with its attachments; its sender is the requester there.')
              : t('It is in both cases then; they are linked.')}
          </Text>
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              {t('Cancel')}
            </Button>
            <Button type="submit" loading={split.isPending} disabled={title.trim() === ''} data-testid="split-confirm">
              {t('Make the case')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
