/** Adding a task to a case, or changing one. What is typed stays until it is saved or given up. */
import { Button, Group, Modal, Select, Stack, Textarea, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { api, take } from '../../../api/client';
import { assigneesQuery } from '../../../api/queries';
import type { AdHocTask, Case } from '../../../api/schema';
import { t } from '../../../i18n';
import { Notice } from '../../../ui/notice';
import { linesOf, textOf } from './checklist';
import { useWork } from './queries';
import { noOption } from '../../../ui/no-option';

interface Props {
  item: Case;
  /** None: a new one. */
  task?: AdHocTask;
  close: () => void;
}

export function TaskDialog({ item, task, close }: Props) {
  const [title, setTitle] = useState(task?.title ?? '');
  const [description, setDescription] = useState(task?.description ?? '');
  const [assignee, setAssignee] = useState<string | null>(task?.assignee?.id ?? null);
  const [due, setDue] = useState(task?.dueAt == null ? '' : local(task.dueAt));
  const [checklist, setChecklist] = useState(textOf(task?.checklist ?? []));
  const [typed, setTyped] = useState('');
  const [search] = useDebouncedValue(typed, 200);
  const people = useQuery({
    ...assigneesQuery('cases', item.id, search === task?.assignee?.name ? '' : search),
    placeholderData: keepPreviousData,
  }).data;
  const options = (people ?? []).map((each) => ({ value: each.id, label: each.name }));
  const current = task?.assignee;
  if (current != null && options.every((each) => each.value !== current.id))
    options.push({ value: current.id, label: current.name });
  const save = useWork(t('The task was not saved'), () => {
    const dueAt = due === '' ? null : new Date(due).toISOString();
    const common = { title, description: description === '' ? null : description, dueAt };
    const lines = linesOf(checklist, task?.checklist ?? []);
    if (task === undefined)
      return take(
        api.POST('/api/v1/cases/{id}/tasks', {
          params: { path: { id: item.id } },
          body: { ...common, assignee, checklist: lines },
        }),
      );
    return take(
      api.PATCH('/api/v1/cases/{id}/tasks/{taskId}', {
        params: { path: { id: item.id, taskId: task.id } },
        body: { ...common, checklist: lines, ...(assignee === (task.assignee?.id ?? null) ? {} : { assignee }) },
      }),
    );
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!save.isPending) save.mutate(null, { onSuccess: close });
  };
  return (
    <Modal
      opened
      onClose={close}
      title={task === undefined ? t('Add a task to {number}', { number: item.number }) : t('Change the task')}
      closeButtonProps={{ 'aria-label': t('Close') }}
    >
      <form onSubmit={submit}>
        <Stack>
          {save.error !== null && (
            <Notice tone="danger" icon="incident" role="alert" title={t('The task was not saved')}>
              {save.error.message}
            </Notice>
          )}
          <TextInput
            label={t('What is to be done?')}
            required
            maxLength={200}
            data-autofocus
            value={title}
            onChange={(event) => setTitle(event.currentTarget.value)}
            data-testid="task-title"
          />
          <Textarea
            label={t('Description')}
            autosize
            minRows={2}
            maxLength={4_000}
            value={description}
            onChange={(event) => setDescription(event.currentTarget.value)}
          />
          <Select
            label={t('Assignee')}
            searchable
            clearable
            clearButtonProps={{ 'aria-label': t('Nobody') }}
            data={options}
            value={assignee}
            onChange={setAssignee}
            searchValue={typed}
            onSearchChange={setTyped}
            filter={({ options: found }) => found}
            nothingFoundMessage={noOption(t('Nobody found'))}
          />
          <TextInput
            type="datetime-local"
            label={t('Due')}
            value={due}
            onChange={(event) => setDue(event.currentTarget.value)}
          />
          <Textarea
            label={t('Checklist')}
            description={t('One thing a line')}
            autosize
            minRows={2}
            value={checklist}
            onChange={(event) => setChecklist(event.currentTarget.value)}
            data-testid="task-checklist"
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              {t('Cancel')}
            </Button>
            <Button type="submit" loading={save.isPending} disabled={title.trim() === ''} data-testid="task-save">
              {t('Save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

/** An instant as a field for date and time of this place has it. */
function local(at: string): string {
  const date = new Date(at);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
