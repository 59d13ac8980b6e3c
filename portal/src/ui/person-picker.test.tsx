import { act, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, it, vi } from 'vitest';
import type { Person } from '../api/schema';
import { serve, show } from '../testing/render';
import { PersonPicker } from './person-picker';

const PEOPLE: Person[] = [
  { id: 'anna', name: 'Anna Meyer' },
  { id: 'ben', name: 'Ben Okafor' },
  { id: 'clara', name: 'Clara Lindqvist' },
];
afterEach(() => {
  vi.useRealTimers();
});

const settle = () => act(() => vi.advanceTimersByTimeAsync(1_000));

async function open(current: string | null) {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  serve({
    'GET /api/v1/tasks/t1/assignees': ({ search }) => ({
      body: {
        items: PEOPLE.filter(({ name }) => name.toLowerCase().includes((search.get('search') ?? '').toLowerCase())),
      },
    }),
  });
  const choose = vi.fn<(person: Person | null) => void>();
  const close = vi.fn<() => void>();
  await show(<PersonPicker kind="tasks" id="t1" current={current} choose={choose} close={close} />);
  await screen.findByRole('option', { name: 'Ben Okafor' });
  return { choose, close, user: userEvent.setup({ advanceTimers: vi.advanceTimersByTime }) };
}
const offered = () => screen.getAllByRole('option').map((option) => option.textContent);

it.each([null, 'anna'])('everyone is offered to whoever takes their time, when it is with %s', async (current) => {
  await open(current);
  await settle();
  expect(offered()).toEqual(['Anna Meyer', 'Ben Okafor', 'Clara Lindqvist']);
});
it('who types is offered those who are meant, and the chosen one is told', async () => {
  const { choose, close, user } = await open('anna');
  const input = screen.getByTestId('person-picker');
  await user.clear(input);
  await user.type(input, 'lind');
  await settle();
  await waitFor(() => expect(offered()).toEqual(['Clara Lindqvist']));
  await user.click(screen.getByRole('option', { name: 'Clara Lindqvist' }));
  expect(choose).toHaveBeenCalledExactlyOnceWith(PEOPLE[2]);
  expect(close).toHaveBeenCalled();
});
