/** Labels of a case. */
import { Button, Group, Stack, TagsInput } from '@mantine/core';
import { useState } from 'react';
import { t } from '../../../i18n';
import { Tag } from '../../../ui/badges';
import { Edit, Fact, type PropertyProps } from './property';

export function LabelsProperty({ item, may, change, open, setOpen }: PropertyProps) {
  const shown =
    item.labels.length === 0 ? (
      '–'
    ) : (
      <Group gap={4}>
        {item.labels.map((label) => (
          <Tag key={label} tone="accent">
            {label}
          </Tag>
        ))}
      </Group>
    );
  if (!may) return item.labels.length === 0 ? null : <Fact label={t('Labels')}>{shown}</Fact>;
  const save = (labels: string[]) => {
    const clean = [...new Set(labels.map((label) => label.trim()).filter(Boolean))].sort();
    const isSame = clean.join('\n') === [...item.labels].sort().join('\n');
    if (isSame || change({ patch: { labels: clean } })) setOpen(null);
  };
  return (
    <Edit
      which="labels"
      label={t('Labels')}
      name={t('Labels: {value}. Change', { value: item.labels.join(', ') || '–' })}
      testId="case-labels"
      open={open}
      setOpen={setOpen}
      form={<LabelsForm labels={item.labels} save={save} />}
    >
      {shown}
    </Edit>
  );
}

function LabelsForm({ labels, save }: { labels: string[]; save: (labels: string[]) => void }) {
  const [value, setValue] = useState(labels);
  const [text, setText] = useState('');
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save(text.trim() === '' ? value : [...value, text]);
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
          clearable
          clearButtonProps={{ 'aria-label': t('Clear') }}
          data-autofocus
          data-testid="labels-input"
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
