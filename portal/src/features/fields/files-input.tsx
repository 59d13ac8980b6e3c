/** Files of a case field: each is uploaded at once, the field holds references to what is stored. */
import { Button, Group, Input, Stack, Text } from '@mantine/core';
import { useCallback, useEffect, useMemo, useRef } from 'react';
import type { StoredFile } from '../../api/schema';
import { t } from '../../i18n';
import { Icon } from '../../ui/icons';
import { UploadList } from '../files/drop';
import { useUploads } from '../files/uploads';
import { references, type FileReference } from '../forms/form-files';
import type { EditorProps } from './editor';

export function FilesInput({ field, label, description, required, error, value: held, change }: EditorProps) {
  const value = useMemo(() => references(held), [held]);
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
      <Input.Label labelElement="div" required={required}>
        {label}
      </Input.Label>
      {description !== undefined && (
        <Text size="xs" c="dimmed">
          {description}
        </Text>
      )}
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
        multiple={field.maxItems !== 1}
        accept={field.mediaTypes?.join(',')}
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
