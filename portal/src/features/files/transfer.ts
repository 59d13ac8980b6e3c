/** Bytes to and from the file storage by presigned URLs. The token never goes to a storage host; what may be shown is decided by sniffed type. */
import { api, ApiError, take } from '../../api/client';
import type { StoredFile } from '../../api/schema';
import { t } from '../../i18n';

export const MAX_UPLOAD = 200 * 1024 * 1024;
export type PreviewKind = 'image' | 'pdf' | 'text' | 'none';

/** SVG and HTML are never rendered: they can carry scripts. */
export function previewKind(contentType: string, name: string): PreviewKind {
  const type = contentType.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif', 'image/bmp'].includes(type)) return 'image';
  if (type === 'application/pdf') return 'pdf';
  if (
    type.startsWith('text/') ||
    ['application/json', 'application/xml', 'message/rfc822', 'image/svg+xml'].includes(type) ||
    /\.(txt|csv|log|md|json|xml|eml|bpmn|dmn|form)$/i.test(name)
  )
    return 'text';
  return 'none';
}

/** Uploads one file: announce, PUT with progress, complete. Resolves with what the server made of it. */
export async function upload(
  file: File,
  progress: (fraction: number) => void,
  signal: AbortSignal,
): Promise<StoredFile> {
  if (file.size > MAX_UPLOAD)
    throw new ApiError({ status: 413, code: 'file-too-large', detail: t('The file is larger than 200 MB.') });
  const unless = () => {
    if (signal.aborted) throw new ApiError({ status: 0, code: 'aborted', detail: t('Cancelled') });
  };
  const announced = await take(
    api.POST('/api/v1/files', {
      body: { name: file.name, contentType: file.type || 'application/octet-stream', size: file.size },
    }),
  );
  unless();
  // Without an address the bytes are there already: an earlier announcement with the same key.
  if (announced.upload !== null && announced.upload !== undefined) await put(announced.upload, file, progress, signal);
  unless();
  const stored = await take(api.POST('/api/v1/files/{id}/complete', { params: { path: { id: announced.id } } }));
  if (stored.state === 'rejected' || stored.state === 'infected')
    throw new ApiError({
      status: 422,
      code: `file-${stored.state}`,
      detail: stored.reason ?? t('The server did not accept this file.'),
    });
  return stored;
}

/** `fetch` cannot report upload progress; this is why the old interface is used here. */
function put(
  target: { method: string; url: string; headers: Record<string, string> },
  file: File,
  progress: (fraction: number) => void,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(target.method, target.url);
    for (const [name, value] of Object.entries(target.headers))
      if (!/^(host|content-length)$/i.test(name)) request.setRequestHeader(name, value);
    request.upload.addEventListener('progress', (event) =>
      progress(event.lengthComputable ? event.loaded / event.total : 0),
    );
    request.addEventListener('load', () =>
      request.status < 300
        ? resolve()
        : reject(new ApiError({ status: request.status, code: 'upload-failed', detail: t('The upload was refused.') })),
    );
    request.addEventListener('error', () =>
      reject(new ApiError({ status: 0, code: 'unreachable', detail: t('The connection broke during the upload.') })),
    );
    request.addEventListener('abort', () =>
      reject(new ApiError({ status: 0, code: 'aborted', detail: t('Cancelled') })),
    );
    signal.addEventListener('abort', () => request.abort(), { once: true });
    request.send(file);
  });
}

export async function downloadUrl(fileId: string, disposition: 'inline' | 'attachment'): Promise<string> {
  return (
    await take(api.GET('/api/v1/files/{id}/download', { params: { path: { id: fileId }, query: { disposition } } }))
  ).url;
}

export async function fetchBlob(fileId: string): Promise<Blob> {
  const response = await fetch(await downloadUrl(fileId, 'inline'), { credentials: 'omit' });
  if (!response.ok)
    throw new ApiError({
      status: response.status,
      code: 'download-failed',
      detail: t('The file could not be loaded.'),
    });
  return response.blob();
}

/** Starts a download as the browser does it, by a signed URL. */
export async function save(fileId: string): Promise<void> {
  const link = document.createElement('a');
  link.href = await downloadUrl(fileId, 'attachment');
  link.rel = 'noopener';
  link.download = '';
  link.click();
}
