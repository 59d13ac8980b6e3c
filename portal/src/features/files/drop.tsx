/** Where files are dropped or chosen; and the list of uploads that are on their way. */
import { ActionIcon, Button, Group, Progress, Stack, Text } from '@mantine/core';
import { useRef, useState, type ReactNode } from 'react';
import { t } from '../../i18n';
import { bytes } from '../../lib/format';
import { Icon } from '../../ui/icons';
import type { Upload } from './uploads';

interface DropProps {
  onFiles: (files: File[]) => void;
  children: ReactNode;
  button: string;
  accept?: string;
  testId?: string;
  compact?: boolean;
}

export function DropZone({ onFiles, children, button, accept, testId, compact = false }: DropProps) {
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  return (
    <div
      className="cw-drop"
      data-over={over}
      style={compact ? { padding: 14 } : undefined}
      data-testid={testId}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        onFiles([...event.dataTransfer.files]);
      }}
    >
      <Stack align="center" gap={compact ? 4 : 8}>
        <Text size="sm" c="dimmed" component="div">
          {children}
        </Text>
        <Button
          variant="default"
          size="xs"
          leftSection={<Icon name="upload" size={15} />}
          onClick={() => input.current?.click()}
        >
          {button}
        </Button>
        <input
          ref={input}
          type="file"
          multiple
          hidden
          accept={accept}
          aria-label={button}
          onChange={(event) => {
            onFiles([...(event.currentTarget.files ?? [])]);
            event.currentTarget.value = '';
          }}
        />
      </Stack>
    </div>
  );
}

export function UploadList({
  uploads,
  remove,
  retry,
}: {
  uploads: Upload[];
  remove: (key: string) => void;
  retry: (one: Upload) => void;
}) {
  if (uploads.length === 0) return null;
  return (
    <Stack component="ul" gap={6} p={0} m={0} style={{ listStyle: 'none' }} aria-label={t('Uploads')}>
      {uploads.map((one) => (
        <li key={one.key} className="cw-panel" style={{ padding: '8px 12px' }}>
          <Group justify="space-between" wrap="nowrap" gap="xs">
            <Text size="sm" className="cw-clip">
              {one.name}{' '}
              <Text span size="xs" c="dimmed">
                {bytes(one.size)}
              </Text>
            </Text>
            <Group gap={4} wrap="nowrap">
              {one.stored !== null && <Icon name="check" size={16} />}
              {one.error !== null && one.file !== null && (
                <Button size="compact-xs" variant="default" onClick={() => retry(one)}>
                  {t('Try again')}
                </Button>
              )}
              <ActionIcon
                variant="subtle"
                c="inherit"
                size="sm"
                aria-label={
                  one.stored === null && one.error === null
                    ? t('Cancel {name}', { name: one.name })
                    : t('Remove {name}', { name: one.name })
                }
                onClick={() => remove(one.key)}
              >
                <Icon name="close" size={15} />
              </ActionIcon>
            </Group>
          </Group>
          {one.error !== null ? (
            <Text size="xs" role="alert" style={{ color: 'var(--cw-danger-fg)' }}>
              {one.error}
            </Text>
          ) : (
            one.stored === null && (
              <Progress
                value={one.fraction * 100}
                size="sm"
                mt={6}
                aria-label={t('Upload of {name}', { name: one.name })}
              />
            )
          )}
        </li>
      ))}
    </Stack>
  );
}
