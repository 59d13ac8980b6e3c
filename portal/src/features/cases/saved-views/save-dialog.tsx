/** Keeping the list that is shown as a view: its name, and who sees it. */
import { Button, Group, Modal, MultiSelect, Radio, Stack, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { groupsQuery } from '../../../api/queries';
import type { SavedView, ViewAudience } from '../../../api/schema';
import { useCan } from '../../../app/permissions';
import { t } from '../../../i18n';
import { Notice } from '../../../ui/notice';
import type { CaseFilters } from '../filters';
import { contentOf } from './saved-view';
import { useSaveView } from './use-views';

interface Props {
  /** The view to be changed; null: a new one. */
  view: SavedView | null;
  filters: CaseFilters;
  close: () => void;
  saved: (view: SavedView) => void;
}

export function SaveDialog({ view, filters, close, saved }: Props) {
  const mayShare = useCan()('saved-view:share');
  const [name, setName] = useState(view?.name ?? '');
  const [audience, setAudience] = useState<ViewAudience>(view?.audience ?? { kind: 'private' });
  const save = useSaveView((kept) => {
    saved(kept);
    close();
  });
  const submit = () => save.mutate({ view, body: { ...contentOf(filters), name: name.trim(), audience } });
  return (
    <Modal
      opened
      onClose={close}
      title={view === null ? t('Save this list as a view') : t('Change the view')}
      closeButtonProps={{ 'aria-label': t('Close') }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <Stack>
          {save.error !== null && (
            <Notice tone="danger" icon="incident" role="alert" title={t('Not saved')}>
              {save.error.message}
            </Notice>
          )}
          <TextInput
            label={t('Name')}
            required
            data-autofocus
            maxLength={80}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          {mayShare ? (
            <Audience audience={audience} change={setAudience} />
          ) : (
            <Text size="sm" c="dimmed">
              {t('Only you see it. Those who lead a team can share views.')}
            </Text>
          )}
          <Text size="xs" c="dimmed">
            {t('Filters, order and columns are kept. Whoever opens it sees the cases that are theirs to see.')}
          </Text>
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              {t('Cancel')}
            </Button>
            <Button
              type="submit"
              loading={save.isPending}
              disabled={name.trim() === '' || (audience.kind === 'groups' && audience.groups.length === 0)}
              data-testid="save-view"
            >
              {t('Save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

function Audience({ audience, change }: { audience: ViewAudience; change: (next: ViewAudience) => void }) {
  const groups = useQuery(groupsQuery).data ?? [];
  return (
    <>
      <Radio.Group
        label={t('Who sees it')}
        value={audience.kind}
        onChange={(kind) => change(kind === 'groups' ? { kind, groups: [] } : { kind: kind as 'private' | 'everyone' })}
      >
        <Stack gap="xs" mt="xs">
          <Radio value="private" label={t('Only me')} />
          <Radio value="groups" label={t('Groups')} />
          <Radio value="everyone" label={t('Everyone here')} />
        </Stack>
      </Radio.Group>
      {audience.kind === 'groups' && (
        <MultiSelect
          label={t('Groups')}
          required
          searchable
          data={groups.map((group) => ({ value: group.id, label: group.name }))}
          value={audience.groups}
          onChange={(chosen) => change({ kind: 'groups', groups: chosen })}
        />
      )}
    </>
  );
}
