/** Until when a case is to be done. */
import { Button, Group, Stack, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import type { Case } from '../../../api/schema';
import { t } from '../../../i18n';
import { dateTime, localInput, localInstant } from '../../../lib/format';
import { Edit, Fact, type PropertyProps } from './property';

export function DueProperty(props: PropertyProps) {
  const { item, may, change, open, setOpen } = props;
  const shown = item.dueAt === null ? '–' : dateTime(item.dueAt);
  if (!may) return item.dueAt === null ? null : <Fact label={t('Due')}>{shown}</Fact>;
  const save = (dueAt: string | null) => {
    if (dueAt === item.dueAt || change({ patch: { dueAt } })) setOpen(null);
  };
  return (
    <Edit
      which="due"
      label={t('Due')}
      name={t('Due: {value}. Change', { value: shown })}
      testId="case-due"
      open={open}
      setOpen={setOpen}
      form={<DueForm item={item} save={save} />}
    >
      {shown}
    </Edit>
  );
}

function DueForm({ item, save }: { item: Case; save: (dueAt: string | null) => void }) {
  const [value, setValue] = useState(localInput(item.dueAt));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save(localInstant(value));
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="xs">
        <TextInput
          type="datetime-local"
          label={t('Due')}
          value={value}
          onChange={(event) => setValue(event.currentTarget.value)}
          data-autofocus
          data-testid="due-input"
        />
        <Group justify="space-between">
          <Button size="xs" variant="subtle" disabled={item.dueAt === null} onClick={() => save(null)}>
            {t('No due date')}
          </Button>
          <Button size="xs" type="submit" disabled={value === ''}>
            {t('Save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
