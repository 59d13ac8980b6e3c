/** One field of a case as its definition describes it, for every place where fields are entered. */
import { Button, Checkbox, Group, NumberInput, Select, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { CaseField, StoredFile } from '../../api/schema';
import { t } from '../../i18n';
import { fieldValue, localInput, localInstant } from '../../lib/format';
import { Icon } from '../../ui/icons';
import { UploadList } from '../files/drop';
import { useUploads } from '../files/uploads';
import { isFileList, references, type FileReference } from '../forms/form-files';

interface Props {
  field: CaseField;
  value: unknown;
  change: (value: unknown) => void;
  error?: string;
}

export function FieldInput({ field, value, change, error }: Props) {
  const common = { label: field.label, required: field.required === true, error };
  const text = typeof value === 'string' ? value : value == null ? '' : fieldValue(value);
  if (field.options !== undefined && field.options.length > 0)
    return (
      <Select
        {...common}
        data={field.options}
        clearable={field.required !== true}
        clearButtonProps={{ 'aria-label': t('Clear') }}
        value={typeof value === 'string' ? value : null}
        onChange={change}
      />
    );
  if (field.type === 'number')
    return (
      <NumberInput
        {...common}
        thousandSeparator=" "
        value={typeof value === 'number' ? value : ''}
        onChange={(next) => change(next === '' ? null : Number(next))}
      />
    );
  if (field.type === 'boolean')
    return (
      <Checkbox
        label={field.label}
        error={error}
        checked={value === true}
        onChange={(event) => change(event.currentTarget.checked)}
      />
    );
  if (field.type === 'text')
    return (
      <Textarea
        {...common}
        autosize
        minRows={2}
        maxRows={12}
        value={text}
        onChange={(event) => change(event.currentTarget.value === '' ? null : event.currentTarget.value)}
      />
    );
  if (field.type === 'datetime')
    return (
      <TextInput
        {...common}
        type="datetime-local"
        value={localInput(value)}
        onChange={(event) => change(localInstant(event.currentTarget.value))}
      />
    );
  if (field.type === 'files' || isFileList(value))
    return <FilesInput {...common} value={references(value)} change={change} />;
  if (field.type === 'json') return <JsonInput {...common} value={value} change={change} />;
  return (
    <TextInput
      {...common}
      type={field.type === 'date' ? 'date' : 'text'}
      value={text}
      onChange={(event) => change(event.currentTarget.value === '' ? null : event.currentTarget.value)}
    />
  );
}

/** Text stays text while it is no JSON yet; what cannot be read is never handed on as something else. */
function JsonInput({
  label,
  required,
  error,
  value,
  change,
}: {
  label: string;
  required: boolean;
  error?: string;
  value: unknown;
  change: (value: unknown) => void;
}) {
  const [text, setText] = useState(() =>
    value == null ? '' : typeof value === 'string' ? value : JSON.stringify(value, null, 2),
  );
  return (
    <Textarea
      label={label}
      required={required}
      error={error}
      autosize
      minRows={2}
      maxRows={16}
      value={text}
      onChange={(event) => {
        const next = event.currentTarget.value;
        setText(next);
        change(parsed(next));
      }}
    />
  );
}

/** JSON as its value, everything else as the text it is. */
export function parsed(text: string): unknown {
  if (text.trim() === '') return null;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function FilesInput({
  label,
  required,
  error,
  value,
  change,
}: {
  label: string;
  required: boolean;
  error?: string;
  value: FileReference[];
  change: (value: unknown) => void;
}) {
  const picker = useRef<HTMLInputElement>(null);
  // Several uploads can arrive between two renders: each adds to what the one before it made.
  const latest = useRef(value);
  useEffect(() => {
    latest.current = value;
  }, [value]);
  const set = useCallback(
    (next: FileReference[]) => {
      latest.current = next;
      change(next.length === 0 ? null : next);
    },
    [change],
  );
  const taken = useCallback(
    async (stored: StoredFile) =>
      set([
        ...latest.current,
        { fileId: stored.id, name: stored.name, size: stored.size, contentType: stored.contentType },
      ]),
    [set],
  );
  const { uploads, add, remove, retry } = useUploads(taken);
  return (
    <Stack gap={6} role="group" aria-label={label}>
      <Text size="sm" fw={500}>
        {label}
        {required && <span aria-hidden="true"> *</span>}
      </Text>
      {value.map((file) => (
        <Group key={file.fileId} gap="xs">
          <Icon name="file" size={15} />
          <Text size="sm">{file.name}</Text>
          <Button size="compact-xs" variant="subtle" onClick={() => set(value.filter((each) => each !== file))}>
            {t('Remove {name}', { name: file.name })}
          </Button>
        </Group>
      ))}
      <UploadList uploads={uploads.filter((one) => one.stored === null)} remove={remove} retry={retry} />
      <Group>
        <Button
          variant="default"
          size="xs"
          leftSection={<Icon name="upload" size={15} />}
          onClick={() => picker.current?.click()}
        >
          {t('Choose files')}
        </Button>
      </Group>
      <input
        ref={picker}
        type="file"
        multiple
        hidden
        aria-label={label}
        onChange={(event) => {
          add([...(event.currentTarget.files ?? [])]);
          event.currentTarget.value = '';
        }}
      />
      {error !== undefined && (
        <Text size="xs" role="alert" style={{ color: 'var(--cw-danger-fg)' }}>
          {error}
        </Text>
      )}
    </Stack>
  );
}
