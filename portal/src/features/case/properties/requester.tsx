/** Who asked for a case. */
import { Button, Group, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { Case } from '../../../api/schema';
import { t } from '../../../i18n';
import { requesterOf, type Requester } from '../../cases/requester';
import { Edit, Fact, type PropertyProps } from './property';

export function RequesterProperty({ item, may, change, open, setOpen }: PropertyProps) {
  const shown = item.requester === null ? '–' : (item.requester.name ?? item.requester.email ?? '–');
  if (!may) return item.requester === null ? null : <Fact label={t('Requester')}>{shown}</Fact>;
  const save = (requester: Requester | null) => {
    if (change({ patch: { requester } })) setOpen(null);
  };
  return (
    <Edit
      which="requester"
      label={t('Requester')}
      name={t('Requester: {value}. Change', { value: shown })}
      testId="case-requester"
      open={open}
      setOpen={setOpen}
      form={<RequesterForm item={item} save={save} />}
    >
      {shown}
    </Edit>
  );
}

function RequesterForm({ item, save }: { item: Case; save: (requester: Requester | null) => void }) {
  const [name, setName] = useState(item.requester?.name ?? '');
  const [email, setEmail] = useState(item.requester?.email ?? '');
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save(requesterOf({ name, email }) ?? null);
      }}
    >
      <Stack gap="xs">
        <TextInput
          label={t('Name')}
          maxLength={200}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          data-autofocus
          data-testid="requester-name"
        />
        <TextInput
          label={t('Mail address')}
          type="email"
          maxLength={254}
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
          data-testid="requester-email"
        />
        <Group justify="flex-end">
          <Button size="xs" type="submit">
            {t('Save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
