/** PDF pages on canvases by pdf.js, without script evaluation. The text of each page is there for screen readers. */
import { Stack, Text, VisuallyHidden } from '@mantine/core';
import { getDocument, GlobalWorkerOptions, type PDFDocumentProxy } from 'pdfjs-dist';
import workerUrl from 'pdfjs-dist/build/pdf.worker.min.mjs?url';
import { useEffect, useRef, useState } from 'react';
import { plural, t } from '../../i18n';
import { Notice } from '../../ui/notice';
import { Loading } from '../../ui/states';

GlobalWorkerOptions.workerSrc = workerUrl;
const MAX_PAGES = 30;

export function Pdf({ blob, name }: { blob: Blob; name: string }) {
  const [file, setFile] = useState<PDFDocumentProxy | null>(null);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    let alive = true;
    let loaded: PDFDocumentProxy | null = null;
    const load = async () => {
      loaded = await getDocument({
        data: new Uint8Array(await blob.arrayBuffer()),
        isEvalSupported: false,
        enableXfa: false,
      } as Parameters<typeof getDocument>[0]).promise;
      if (alive) setFile(loaded);
    };
    load().catch(() => {
      if (alive) setFailed(true);
    });
    return () => {
      alive = false;
      void loaded?.loadingTask.destroy();
    };
  }, [blob]);
  if (failed)
    return (
      <Notice tone="danger" role="alert">
        {t('This PDF cannot be shown. Download it to open it on your computer.')}
      </Notice>
    );
  if (file === null) return <Loading />;
  const pages = Math.min(file.numPages, MAX_PAGES);
  return (
    <Stack>
      <Text size="sm" c="dimmed">
        {plural('{count} page', '{count} pages', file.numPages)}
        {file.numPages > MAX_PAGES && ` · ${t('the first {count} are shown', { count: MAX_PAGES })}`}
      </Text>
      {Array.from({ length: pages }, (_, index) => (
        <PdfPage
          key={index}
          file={file}
          number={index + 1}
          label={t('{name}, page {page}', { name, page: index + 1 })}
        />
      ))}
    </Stack>
  );
}

function PdfPage({ file, number, label }: { file: PDFDocumentProxy; number: number; label: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [text, setText] = useState('');
  useEffect(() => {
    let cancel: (() => void) | null = null;
    let alive = true;
    const draw = async () => {
      const page = await file.getPage(number);
      if (!alive || canvas.current === null) return;
      const viewport = page.getViewport({ scale: 1.6 });
      canvas.current.width = viewport.width;
      canvas.current.height = viewport.height;
      const task = page.render({ canvas: canvas.current, viewport });
      cancel = () => task.cancel();
      await task.promise;
      canvas.current?.setAttribute('data-rendered', 'true');
      const content = await page.getTextContent();
      if (alive) setText(content.items.map((item) => ('str' in item ? item.str : '')).join(' '));
    };
    // A cancelled drawing is the normal end of a page that was closed.
    draw().catch(() => undefined);
    return () => {
      alive = false;
      cancel?.();
    };
  }, [file, number]);
  return (
    <div>
      <canvas
        ref={canvas}
        role="img"
        aria-label={label}
        style={{ width: '100%', border: '1px solid var(--cw-line)', borderRadius: 6, background: '#fff' }}
      />
      <VisuallyHidden>{text}</VisuallyHidden>
    </div>
  );
}
