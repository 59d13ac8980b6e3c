/** A point in time in the panel of a property: set, changed or taken away. */
import { Button, Group, Stack, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { t } from '../../../i18n';
import { localInput, localInstant } from '../../../lib/format';

interface Props {
  label: string;
  /** What the button says that takes it away. */
  none: string;
  at: string | null;
  save: (at: string | null) => void;
  testId: string;
}

export function DateForm({ label, none, at, save, testId }: Props) {
  const [value, setValue] = useState(localInput(at));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save(localInstant(value));
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="xs">
        <TextInput
          type="datetime-local"
          label={label}
          value={value}
          onChange={(event) => setValue(event.currentTarget.value)}
          data-autofocus
          data-testid={testId}
        />
        <Group justify="space-between">
          <Button size="xs" variant="subtle" disabled={at === null} onClick={() => save(null)}>
            {none}
          </Button>
          <Button size="xs" type="submit" disabled={value === ''}>
            {t('Save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
