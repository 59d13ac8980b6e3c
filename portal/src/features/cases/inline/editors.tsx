/** Small forms of a cell: the date until which a case is to be done, and its labels. */
import { Button, Group, Stack, TagsInput, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { Case } from '../../../api/schema';
import { t } from '../../../i18n';
import { localInput, localInstant } from '../../../lib/format';

export function DueEditor({ item, save }: { item: Case; save: (dueAt: string | null) => void }) {
  const [value, setValue] = useState(localInput(item.dueAt));
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save(localInstant(value));
      }}
    >
      <Stack gap="xs">
        <TextInput
          type="datetime-local"
          label={t('Due')}
          value={value}
          onChange={(event) => setValue(event.currentTarget.value)}
          data-autofocus
          data-testid="inline-due-input"
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

export function LabelsEditor({ labels, save }: { labels: string[]; save: (labels: string[]) => void }) {
  const [value, setValue] = useState(labels);
  const [text, setText] = useState('');
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        const all = [...value, text].map((label) => label.trim()).filter(Boolean);
        save([...new Set(all)].sort());
      }}
    >
      <Stack gap="xs">
        <TagsInput
          label={t('Labels')}
          description={t('Enter adds one')}
          value={value}
          onChange={setValue}
          searchValue={text}
          onSearchChange={setText}
          maxTags={50}
          data-autofocus
          data-testid="inline-labels-input"
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
