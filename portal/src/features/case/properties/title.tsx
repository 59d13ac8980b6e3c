/** The title of a case, changed where it is read. */
import { Button, Group, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import type { Case } from '../../../api/schema';
import { t } from '../../../i18n';
import { Icon } from '../../../ui/icons';
import type { Change } from './property';

/** The title of the page, and its pencil for those who may change it. */
export function TitleEdit({ item, may, change }: { item: Case; may: boolean; change: Change }) {
  const [text, setText] = useState<string | null>(null);
  if (!may) return null;
  if (text === null)
    return (
      <Button
        variant="subtle"
        size="compact-sm"
        leftSection={<Icon name="edit" size={15} />}
        onClick={() => setText(item.title)}
        data-testid="title-edit"
      >
        {t('Edit title')}
      </Button>
    );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const title = text.trim();
    if (title === '') return;
    if (title === item.title || change({ patch: { title } })) setText(null);
  };
  return (
    <form onSubmit={submit} style={{ flex: '1 1 320px' }}>
      <Group gap="xs" wrap="nowrap">
        <TextInput
          aria-label={t('Title')}
          style={{ flex: 1 }}
          maxLength={500}
          required
          autoFocus
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === 'Escape') setText(null);
          }}
          data-testid="title-input"
        />
        <Button size="xs" type="submit">
          {t('Save')}
        </Button>
        <Button size="xs" variant="default" onClick={() => setText(null)}>
          {t('Cancel')}
        </Button>
      </Group>
    </form>
  );
}
