import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act } from 'react';
import { createRoot } from 'react-dom/client';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Uploads } from '../files/uploads';
import type { Case, Mail, StoredFile } from '../../api/schema';
import { draftsOf } from '../../lib/drafts';
import { ReplyBox, useReply } from './reply-box';
import { addressed, arrivedSince, latestOf, storedEnvelope } from './reply-draft';

const mail = (id: string, from: string, at: string) =>
  ({
    id,
    direction: 'in',
    from: { name: from, address: `${from}@customer.example` },
    to: [],
    cc: [],
    subject: 'Roof',
    receivedAt: at,
    sentAt: null,
  }) as unknown as Mail;
const item = { id: 'c1', title: 'Roof', requester: null } as unknown as Case;
const first = mail('m1', 'clara', '2026-11-20T09:00:00Z');
const second = mail('m2', 'lawyer', '2026-11-20T10:00:00Z');

function Box({ latest }: { latest: Mail }) {
  return <ReplyBox item={item} reply={useReply(item, latest)} />;
}

const send = async (file: File) =>
  ({ id: 'f1', name: file.name, size: file.size, contentType: 'text/plain' }) as StoredFile;
let host: HTMLDivElement;
let root: ReturnType<typeof createRoot>;
/** No server is asked which templates there are. */
const queries = () => {
  const client = new QueryClient();
  client.setQueryData(['mail-templates', ''], []);
  return client;
};
const show = (latest: Mail) =>
  act(async () =>
    root.render(
      <MantineProvider>
        <QueryClientProvider client={queries()}>
          <Box latest={latest} />
        </QueryClientProvider>
      </MantineProvider>,
    ),
  );
const input = (testId: string) =>
  host.querySelector<HTMLInputElement | HTMLTextAreaElement>(`[data-testid="${testId}"]`);
const type = (testId: string, text: string) =>
  act(async () => {
    const field = input(testId);
    Object.getOwnPropertyDescriptor(Object.getPrototypeOf(field), 'value')?.set?.call(field, text);
    field?.dispatchEvent(new Event('input', { bubbles: true }));
  });

beforeEach(() => {
  Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
  // The growing text field waits for fonts, which the test's document does not have.
  Object.defineProperty(document, 'fonts', { value: new EventTarget(), configurable: true });
  localStorage.clear();
  draftsOf('anna', Date.now());
  host = document.body.appendChild(document.createElement('div'));
  root = createRoot(host);
});
afterEach(async () => {
  await act(async () => root.unmount());
  host.remove();
});

it('an untouched answer follows the latest mail', async () => {
  await show(first);
  expect(input('reply-to')?.value).toBe('clara@customer.example');
  await show(second);
  expect(input('reply-to')?.value).toBe('lawyer@customer.example');
});
it('a mail that arrives leaves recipients, text and attachments of a started answer alone, and is told', async () => {
  await show(first);
  await type('reply-to', 'clara@customer.example, adjuster@harbor.example');
  await type('reply-text', 'Dear Clara');
  await show(second);
  expect(input('reply-to')?.value).toBe('clara@customer.example, adjuster@harbor.example');
  expect(input('reply-text')?.value).toBe('Dear Clara');
  expect(host.querySelector('[data-testid="reply-newer"]')?.textContent).toContain('lawyer');
});
it('leaving the tab of the case loses neither recipients nor text', async () => {
  await show(first);
  await type('reply-to', 'adjuster@harbor.example');
  await act(async () => root.unmount());
  root = createRoot(host);
  await show(second);
  expect(input('reply-to')?.value).toBe('adjuster@harbor.example');
});
it('the draft of one person is not the draft of the next one at this browser', async () => {
  await show(first);
  await type('reply-text', 'confidential');
  await act(async () => root.unmount());
  draftsOf('ben', Date.now());
  root = createRoot(host);
  await show(first);
  expect(input('reply-text')?.value).toBe('');
  expect(input('reply-to')?.value).toBe('clara@customer.example');
});
it('answering another mail is a wish: only then the recipients change', () => {
  const started = { ...addressed(first, item, 'm1'), people: 'someone@else.example' };
  expect(arrivedSince(started, latestOf([first, second]))?.id).toBe('m2');
  expect(arrivedSince(started, first)).toBeNull();
  expect(storedEnvelope(JSON.stringify(started))).toEqual(started);
  expect(addressed(second, item, 'm2').people).toBe('lawyer@customer.example');
});
it('what has been uploaded for an answer is there again after the page was left', async () => {
  const uploads = new Uploads('mail.c1', send as never);
  uploads.add([new File(['x'], 'estimate.txt')]);
  await uploads.settled();
  expect(new Uploads('mail.c1').list().map((one) => [one.name, one.stored?.id])).toEqual([['estimate.txt', 'f1']]);
  uploads.clear();
  expect(new Uploads('mail.c1').list()).toEqual([]);
});
