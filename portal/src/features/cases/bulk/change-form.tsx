/** What is changed of each chosen case: one thing at a time. */
import { Select, Stack, TagsInput, Textarea, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { definitionsQuery, queuesQuery, usersQuery } from '../../../api/queries';
import { t } from '../../../i18n';
import { localInput, localInstant } from '../../../lib/format';
import { PRIORITIES } from '../../case/properties/priority';
import { CloseFields } from './close-fields';
import { FieldChange } from './field-change';
import { entries, type FormProps } from './form';
import type { Subject } from './subjects';

export function ChangeForm({
  subject,
  definition,
  ...props
}: Omit<FormProps, 'definitions'> & { subject: Subject; definition?: string }) {
  const all = useQuery(definitionsQuery).data ?? [];
  const definitions = all.filter((each) => definition === undefined || each.key === definition);
  const Form = FORMS[subject];
  return (
    <Stack gap="sm">
      <Form {...props} definitions={definitions} />
    </Stack>
  );
}

const FORMS: Record<Subject, (props: FormProps) => React.ReactNode> = {
  assignee: Assignee,
  queue: Queue,
  stage: Stage,
  status: Status,
  priority: PriorityChoice,
  due: Due,
  labels: Labels,
  field: FieldChange,
  comment: CommentText,
  close: CloseFields,
};

const NOBODY = '';

function Assignee({ change, set }: FormProps) {
  const people = useQuery(usersQuery('')).data ?? [];
  return (
    <Select
      label={t('Assignee')}
      data-autofocus
      searchable
      allowDeselect={false}
      data={[
        { value: 'me', label: t('Me') },
        { value: NOBODY, label: t('Nobody') },
        ...people.map((each) => ({ value: each.id, label: each.name })),
      ]}
      value={change.assignee === undefined ? null : (change.assignee ?? NOBODY)}
      onChange={(value) => set({ assignee: value === NOBODY ? null : value })}
    />
  );
}

function Queue({ change, set }: FormProps) {
  const queues = useQuery(queuesQuery).data ?? [];
  return (
    <Select
      label={t('Queue')}
      data-autofocus
      searchable
      allowDeselect={false}
      data={[{ value: NOBODY, label: t('No queue') }, ...queues.map((each) => ({ value: each.id, label: each.name }))]}
      value={change.queue === undefined ? null : (change.queue ?? NOBODY)}
      onChange={(value) => set({ queue: value === NOBODY ? null : value })}
    />
  );
}

function Stage({ change, set, definitions }: FormProps) {
  return (
    <Select
      label={t('Stage')}
      data-autofocus
      description={t('Cases whose type has no such stage stay as they are.')}
      data={entries(definitions.flatMap((each) => each.stages))}
      value={change.stage ?? null}
      onChange={(stage) => set({ stage: stage ?? undefined })}
    />
  );
}

function Status({ change, set, definitions }: FormProps) {
  const open = definitions.flatMap((each) => each.statuses).filter((status) => status.kind !== 'closed');
  return (
    <Select
      label={t('Status')}
      data-autofocus
      data={entries(open)}
      value={change.status ?? null}
      onChange={(status) => set({ status: status ?? undefined })}
    />
  );
}

function PriorityChoice({ change, set }: FormProps) {
  return (
    <Select
      label={t('Priority')}
      data-autofocus
      data={PRIORITIES.map((each) => ({ value: String(each.value), label: each.label() }))}
      value={change.priority == null ? null : String(change.priority)}
      onChange={(value) => set({ priority: value === null ? undefined : Number(value) })}
    />
  );
}

function Due({ change, set }: FormProps) {
  return (
    <TextInput
      type="datetime-local"
      label={t('Due')}
      data-autofocus
      description={t('Empty: no due date.')}
      value={localInput(change.dueAt ?? null)}
      onChange={(event) => set({ dueAt: localInstant(event.currentTarget.value) })}
    />
  );
}

function Labels({ change, set }: FormProps) {
  return (
    <>
      <TagsInput
        label={t('Add labels')}
        data-autofocus
        description={t('Enter adds one')}
        maxTags={20}
        value={change.addLabels ?? []}
        onChange={(addLabels) => set({ ...change, addLabels })}
      />
      <TagsInput
        label={t('Remove labels')}
        maxTags={20}
        value={change.removeLabels ?? []}
        onChange={(removeLabels) => set({ ...change, removeLabels })}
      />
    </>
  );
}

function CommentText({ change, set }: FormProps) {
  return (
    <Textarea
      label={t('Comment')}
      data-autofocus
      description={t('It is written to each case in your name.')}
      autosize
      minRows={3}
      value={change.comment ?? ''}
      onChange={(event) => set({ comment: event.currentTarget.value })}
    />
  );
}
