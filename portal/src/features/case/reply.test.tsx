import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act } from 'react';
import { createRoot } from 'react-dom/client';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Uploads } from '../files/uploads';
import type { Case, Mail, MailDraft, StoredFile } from '../../api/schema';
import { draftsOf } from '../../lib/drafts';
import { ReplyBox, useReply } from './reply-box';
import { addressed, arrivedSince, latestOf, storedEnvelope } from './reply-draft';
import { contentOf, writtenElsewhere } from './reply-kept-draft';
import { signed } from './reply-signature';

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
let kept: Partial<MailDraft>[] = [];
/** No server is asked which templates, drafts and signatures there are. */
const queries = () => {
  const client = new QueryClient({ defaultOptions: { queries: { staleTime: Infinity } } });
  client.setQueryData(['mail-templates', ''], []);
  client.setQueryData(['case', 'c1', 'mail-drafts'], kept);
  client.setQueryData(['signatures', 'case', 'c1', ''], [{ id: 's1', name: 'Mine', text: 'Anna, CLM-1' }]);
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
  kept = [];
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

const draft = (whose: 'mine' | 'shared', text: string) =>
  ({
    whose,
    revision: 7,
    by: { id: 'ben', name: 'Ben' },
    at: '2026-11-20T11:00:00Z',
    content: { ...contentOf(addressed(second, item, 'm2'), text, []), to: 'rita@exam' },
  }) as MailDraft;

it('what was begun on another device goes on here', async () => {
  kept = [draft('mine', 'Dear Rita')];
  await show(second);
  expect(input('reply-text')?.value).toBe('Dear Rita');
  expect(input('reply-to')?.value).toBe('rita@exam');
});

it('a shared draft is shown to whoever opens the case, and is gone on with when they say so', async () => {
  kept = [draft('shared', 'Dear Rita, we')];
  await show(second);
  expect(input('reply-text')?.value).toBe('');
  expect(host.querySelector('[data-testid="shared-draft"]')?.textContent).toContain('Ben');
  await act(async () => host.querySelector<HTMLElement>('[data-testid="shared-draft-take"]')?.click());
  expect(input('reply-text')?.value).toBe('Dear Rita, we');
  expect(
    storedEnvelope(localStorage.getItem('casewright.draft.anna/mail-to.c1')?.replace(/^\d+:/, '') ?? '')?.shared,
  ).toEqual({
    revision: 7,
  });
});

function answer(body: unknown): Response {
  return new Response(JSON.stringify(body), { headers: { 'content-type': 'application/json' } });
}

it('a draft that is just being kept does not come back after it was sent', async () => {
  const asked: string[] = [];
  const keeping: (() => void)[] = [];
  vi.stubGlobal('fetch', (request: Request) => {
    asked.push(`${request.method} ${new URL(request.url, 'http://portal.test').pathname}`);
    if (request.method === 'POST') return Promise.resolve(answer({ id: 'm3', state: 'scheduled' }));
    return new Promise<Response>((resolve) => {
      keeping.push(() => resolve(answer(draft('mine', 'Dear lawyer'))));
    });
  });
  await show(second);
  await type('reply-text', 'Dear lawyer');
  const PUT = 'PUT /api/v1/cases/c1/mail-drafts/mine';
  const POST = 'POST /api/v1/cases/c1/mails';
  await vi.waitFor(() => expect(asked).toContain(PUT), { timeout: 5_000 });
  await act(async () => host.querySelector<HTMLElement>('[data-testid="reply-send"]')?.click());
  expect(asked).not.toContain(POST);
  await act(async () => keeping.forEach((kept) => kept()));
  await vi.waitFor(() => expect(asked).toContain(POST));
  vi.unstubAllGlobals();
});

it('a draft is the same again when it comes back', () => {
  const files = [{ id: 'f1', name: 'a.pdf', size: 1, contentType: 'application/pdf' }];
  const envelope = addressed(second, item, 'm2');
  const content = contentOf(envelope, 'Hello', files);
  const back = writtenElsewhere({ ...draft('mine', ''), content }, item, 'm2');
  expect(back).toEqual({ envelope, text: 'Hello', files });
});

it('a signature stands below the text, once', () => {
  const signature = { text: 'Anna\n' };
  expect(signed('Hello\n', signature)).toBe('Hello\n\n-- \nAnna');
  expect(signed(signed('Hello', signature), signature)).toBe('Hello\n\n-- \nAnna');
  expect(signed('Hello', null)).toBe('Hello');
});

it('the signature that fits is shown where the answer is written', async () => {
  await show(second);
  expect(host.querySelector('[data-testid="reply-signature"]')?.textContent).toContain('Anna, CLM-1');
});
