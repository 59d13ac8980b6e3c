/** A file beside the case: images, PDF pages and text, drawn by us from bytes. Nothing is handed to a plugin and nothing active is rendered. */
import { Button, Drawer, Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, useState } from 'react';
import { t } from '../../i18n';
import { bytes } from '../../lib/format';
import { Icon } from '../../ui/icons';
import { Notice } from '../../ui/notice';
import { Empty, Loaded, Loading } from '../../ui/states';
import { fetchBlob, previewKind, save, type PreviewKind } from './transfer';

const Pdf = lazy(() => import('./pdf').then((module) => ({ default: module.Pdf })));
const TEXT_LIMIT = 400_000;

export interface PreviewFile {
  fileId: string;
  name: string;
  contentType?: string | null;
  size?: number | null;
}

export function PreviewDrawer({ file, close }: { file: PreviewFile | null; close: () => void }) {
  return (
    <Drawer
      opened={file !== null}
      onClose={close}
      position="right"
      size="xl"
      title={
        <Text fw={650} className="cw-clip">
          {file?.name}
        </Text>
      }
      closeButtonProps={{ 'aria-label': t('Close') }}
    >
      {file !== null && (
        <>
          <Group justify="space-between" mb="md">
            <Text size="sm" c="dimmed">
              {[file.contentType, bytes(file.size)].filter(Boolean).join(' · ')}
            </Text>
            <Button
              variant="default"
              size="xs"
              leftSection={<Icon name="download" size={15} />}
              onClick={() => void save(file.fileId)}
            >
              {t('Download')}
            </Button>
          </Group>
          <div data-testid="attachment-preview" data-file={file.name}>
            <Content file={file} />
          </div>
        </>
      )}
    </Drawer>
  );
}

function Content({ file }: { file: PreviewFile }) {
  const kind = previewKind(file.contentType ?? '', file.name);
  const query = useQuery({
    queryKey: ['file-content', file.fileId],
    queryFn: () => fetchBlob(file.fileId),
    enabled: kind !== 'none',
    staleTime: 60_000,
    gcTime: 60_000,
  });
  if (kind === 'none')
    return (
      <Empty icon="file" title={t('No preview for this kind of file')}>
        {t('Download it to open it on your computer.')}
      </Empty>
    );
  return <Loaded query={query}>{(blob) => <Bytes kind={kind} blob={blob} name={file.name} />}</Loaded>;
}

function Bytes({ kind, blob, name }: { kind: PreviewKind; blob: Blob; name: string }) {
  if (kind === 'image') return <Picture blob={blob} name={name} />;
  if (kind === 'pdf')
    return (
      <Suspense fallback={<Loading />}>
        <Pdf blob={blob} name={name} />
      </Suspense>
    );
  return <PlainText blob={blob} />;
}

function Picture({ blob, name }: { blob: Blob; name: string }) {
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => {
    const made = URL.createObjectURL(blob);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [blob]);
  return url === null ? (
    <Loading />
  ) : (
    <img src={url} alt={name} style={{ maxWidth: '100%', borderRadius: 8, border: '1px solid var(--cw-line)' }} />
  );
}

function PlainText({ blob }: { blob: Blob }) {
  const query = useQuery({
    queryKey: ['file-text', blob],
    queryFn: () => blob.slice(0, TEXT_LIMIT).text(),
    staleTime: Infinity,
    gcTime: 0,
  });
  return (
    <Loaded query={query}>
      {(text) => (
        <>
          {blob.size > TEXT_LIMIT && (
            <Notice tone="neutral">{t('Only the beginning is shown. Download the file to read all of it.')}</Notice>
          )}
          <Text
            component="pre"
            size="sm"
            ff="monospace"
            tabIndex={0}
            style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere', margin: 0 }}
          >
            {text}
          </Text>
        </>
      )}
    </Loaded>
  );
}
