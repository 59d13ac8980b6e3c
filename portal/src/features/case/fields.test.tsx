import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act } from 'react';
import { createRoot } from 'react-dom/client';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { meQuery } from '../../api/queries';
import type { Case, CaseDefinition, Me } from '../../api/schema';
import { draftsOf } from '../../lib/drafts';
import { localInstant } from '../../lib/format';
import { parsed } from '../fields/json-input';
import { Fields } from './fields';

const item = {
  id: 'c1',
  number: 'CLM-1',
  version: 3,
  title: 'Roof',
  fields: { amount: 'old', visit: null },
} as unknown as Case;
const definition = {
  key: 'claim',
  fields: [
    { key: 'amount', label: 'Amount', type: 'string' },
    { key: 'visit', label: 'Visit', type: 'datetime' },
  ],
} as unknown as CaseDefinition;

let host: HTMLDivElement;
let root: ReturnType<typeof createRoot>;
const show = () =>
  act(async () => {
    const client = new QueryClient();
    client.setQueryData(meQuery.queryKey, { permissions: ['case:*'] } as Me);
    root.render(
      <MantineProvider>
        <QueryClientProvider client={client}>
          <Fields item={item} definition={definition} onConflict={() => undefined} />
        </QueryClientProvider>
      </MantineProvider>,
    );
  });
const field = (label: string) =>
  [...host.querySelectorAll('label')]
    .find((each) => each.textContent?.startsWith(label))
    ?.parentElement?.querySelector('input') ?? null;
const type = (label: string, text: string) =>
  act(async () => {
    const into = field(label);
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(into, text);
    into?.dispatchEvent(new Event('input', { bubbles: true }));
  });
const save = async () => {
  await act(async () =>
    host.querySelector('form')?.dispatchEvent(new Event('submit', { bubbles: true, cancelable: true })),
  );
  await act(async () => {
    await vi.waitFor(() => expect(host.querySelector('[data-loading]')).toBeNull());
  });
};

beforeEach(() => {
  Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
  sessionStorage.clear();
  draftsOf('anna', Date.now());
  host = document.body.appendChild(document.createElement('div'));
  root = createRoot(host);
});
afterEach(async () => {
  await act(async () => root.unmount());
  host.remove();
  vi.unstubAllGlobals();
});
const answer = (status: number, body: unknown) =>
  vi.stubGlobal(
    'fetch',
    vi.fn(async () => new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } })),
  );

it('what was typed is there after the server refused it, and the refusal stands at its field', async () => {
  answer(422, {
    status: 422,
    code: 'invalid-case',
    detail: 'One value is not acceptable.',
    errors: [{ pointer: '/fields/amount', code: 'type', detail: 'a number is expected' }],
  });
  await show();
  await type('Amount', 'much');
  await save();
  expect(field('Amount')?.value).toBe('much');
  expect(host.textContent).toContain('a number is expected');
});
it('what was typed is there after no answer came, and after the tab was left', async () => {
  vi.stubGlobal(
    'fetch',
    vi.fn(async () => {
      throw new TypeError('offline');
    }),
  );
  await show();
  await type('Amount', '12');
  await save();
  expect(field('Amount')?.value).toBe('12');
  await act(async () => root.unmount());
  root = createRoot(host);
  await show();
  expect(field('Amount')?.value).toBe('12');
});
it('what was saved is no draft any more', async () => {
  answer(200, { ...item, version: 4, fields: { amount: '12' } });
  await show();
  await type('Amount', '12');
  await save();
  expect(sessionStorage.length).toBe(0);
});
it('a date and time is sent as the instant it is, JSON as its value', () => {
  expect(localInstant('2026-12-24T18:00')).toBe(new Date('2026-12-24T18:00').toISOString());
  expect(localInstant('2026-12-24')).not.toBe('2026-12-24');
  expect(localInstant('')).toBeNull();
  expect(parsed('{"a":1}')).toEqual({ a: 1 });
  expect(parsed('{"a":')).toBe('{"a":');
});
