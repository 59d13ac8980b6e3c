/** What a queue is, who works it and how; one dialog for a new one and for changing one. */
import { Button, Group, Modal, Select, Stack, Switch, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { api, ApiError, etag, take } from '../../api/client';
import type { Queue } from '../../api/schema';
import { t } from '../../i18n';
import { report, told } from '../../ui/toast';
import { Amount, People } from './queue-fields';
import { bodyOf, draftOf, type Draft } from './queue-draft';
import { SkillsInput } from './skills-input';
import { STRATEGIES, strategyName } from './strategy';

export function QueueDialog({ queue, queues, close }: { queue: Queue | null; queues: Queue[]; close: () => void }) {
  const [draft, setDraft] = useState(() => draftOf(queue));
  const set = (part: Partial<Draft>) => setDraft((before) => ({ ...before, ...part }));
  const queries = useQueryClient();
  const save = useMutation({
    mutationFn: () =>
      take(
        api.PUT('/api/v1/queues/{id}', {
          params: { path: { id: draft.id } },
          body: bodyOf(draft),
          headers: queue === null ? {} : { 'If-Match': etag(queue.version) },
        }),
      ),
    onSuccess: () => {
      told(t('Saved'));
      close();
    },
    onError: (error) => {
      if (!(error instanceof ApiError && error.status === 422)) report(error, t('Not saved'));
    },
    onSettled: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: ['queues'] }),
        queries.invalidateQueries({ queryKey: ['queue-counts'] }),
      ]),
  });
  const wrong = (place: string) =>
    save.error instanceof ApiError
      ? save.error.errors.find((fault) => fault.pointer?.startsWith(place))?.detail
      : undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!save.isPending) save.mutate();
  };
  const title = queue === null ? t('New queue') : t('Change queue {name}', { name: queue.name });
  return (
    <Modal opened onClose={close} title={title} size="lg" closeButtonProps={{ 'aria-label': t('Close') }}>
      <form onSubmit={submit} noValidate>
        <Stack>
          {queue === null && (
            <TextInput
              label={t('Key')}
              required
              value={draft.id}
              error={wrong('/id')}
              onChange={(event) => set({ id: event.currentTarget.value.trim() })}
            />
          )}
          <TextInput
            label={t('Name')}
            required
            value={draft.name}
            error={wrong('/name')}
            onChange={(event) => set({ name: event.currentTarget.value })}
          />
          <TextInput
            label={t('Description')}
            value={draft.description}
            onChange={(event) => set({ description: event.currentTarget.value })}
          />
          <People groups={draft.groups} users={draft.users} change={set} />
          <Select
            label={t('How work comes to people')}
            allowDeselect={false}
            data={STRATEGIES.map((value) => ({ value, label: strategyName(value) }))}
            value={draft.strategy}
            onChange={(value) => set({ strategy: STRATEGIES.find((each) => each === value) ?? 'pull' })}
          />
          <SkillsInput
            label={t('Skills that its work asks for')}
            value={draft.skills}
            error={wrong('/settings/skills')}
            change={(skills) => set({ skills })}
          />
          <Amount
            label={t('Open cases of one member at most')}
            value={draft.capacity}
            error={wrong('/settings/capacity')}
            change={(capacity) => set({ capacity })}
          />
          <Switch
            label={t('Paused: nothing is handed out')}
            checked={draft.isPaused}
            onChange={(event) => set({ isPaused: event.currentTarget.checked })}
          />
          {draft.isPaused && (
            <TextInput
              label={t('Why it is paused')}
              value={draft.reason}
              onChange={(event) => set({ reason: event.currentTarget.value })}
            />
          )}
          <Select
            label={t('Overflows to')}
            clearable
            clearButtonProps={{ 'aria-label': t('Nowhere') }}
            data={queues.filter(({ id }) => id !== draft.id).map(({ id, name }) => ({ value: id, label: name }))}
            value={draft.to}
            error={wrong('/settings/overflow')}
            onChange={(to) => set({ to })}
          />
          {draft.to !== null && (
            <Group grow align="flex-start">
              <Amount
                label={t('After minutes')}
                value={draft.afterMinutes}
                change={(afterMinutes) => set({ afterMinutes })}
              />
              <Amount label={t('Beyond so many waiting')} value={draft.length} change={(length) => set({ length })} />
            </Group>
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              {t('Cancel')}
            </Button>
            <Button type="submit" loading={save.isPending}>
              {t('Save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
