import { act, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, it, vi } from 'vitest';
import { api, take } from '../api/client';
import { isOffline, noteAnswer, noteLive } from '../api/connection';
import type { Case } from '../api/schema';
import { CommentBox } from '../features/case/comment-box';
import { DueProperty } from '../features/case/properties/due';
import { sent } from '../features/case/sent';
import { serve, show } from '../testing/render';
import { OfflineBanner } from './offline-banner';

const BANNER = 'There is no connection to the server';
const item = { id: 'c1', number: 'CLM-1', dueAt: null } as unknown as Case;
const lose = () =>
  vi.stubGlobal('fetch', async () => {
    throw new TypeError('Failed to fetch');
  });
const read = () => take(api.GET('/api/v1/me'));

afterEach(() => {
  noteLive(false);
  noteAnswer(true);
});

it('there is no connection only when the live channel and a fetch say so', async () => {
  await show(<OfflineBanner />);
  lose();
  await expect(read()).rejects.toMatchObject({ code: 'unreachable' });
  expect(screen.queryByText(BANNER)).toBeNull();
  act(() => noteLive(true));
  expect(await screen.findByText(BANNER)).toBeDefined();
  serve({ 'GET /api/v1/me': { body: {} } });
  await act(read);
  await waitFor(() => expect(screen.queryByText(BANNER)).toBeNull());
});

it('an answer that nobody waits for any more says nothing about the connection', async () => {
  noteLive(true);
  const gone = new AbortController();
  vi.stubGlobal('fetch', async () => {
    gone.abort();
    throw new DOMException('aborted', 'AbortError');
  });
  await expect(take(api.GET('/api/v1/me', { signal: gone.signal }))).rejects.toBeDefined();
  expect(isOffline()).toBe(false);
});

it('without a connection a write is refused at once, with a reason, and what was typed stays', async () => {
  const asked = serve({});
  await show(<CommentBox item={item} />);
  noteLive(true);
  noteAnswer(false);
  const person = userEvent.setup();
  await person.type(screen.getByTestId('comment-text'), 'The roof leaks.');
  await person.click(screen.getByTestId('comment-send'));
  expect(await screen.findByText(/Nothing was sent; what you wrote is still here/)).toBeDefined();
  expect(asked.filter(({ method }) => method === 'POST')).toEqual([]);
  expect((screen.getByTestId('comment-text') as HTMLTextAreaElement).value).toBe('The roof leaks.');
});

it('a small form of the case stays open with what was entered', async () => {
  serve({});
  noteLive(true);
  noteAnswer(false);
  const [setOpen, mutate] = [vi.fn(), vi.fn()];
  await show(<DueProperty item={item} may open="due" setOpen={setOpen} change={() => sent(mutate)} />);
  const person = userEvent.setup();
  await person.type(await screen.findByTestId('due-input'), '2027-01-15T10:30');
  await person.click(screen.getByRole('button', { name: 'Save' }));
  expect([mutate.mock.calls.length, setOpen.mock.calls.length]).toEqual([0, 0]);
  expect((screen.getByTestId('due-input') as HTMLInputElement).value).toBe('2027-01-15T10:30');
});
