import { spotlight } from '@mantine/spotlight';
import { act, fireEvent, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';
import { expect, it, vi } from 'vitest';
import { usePageActions } from '../lib/page-actions';
import { serve, show } from '../testing/render';
import { Palette } from './palette';
import { useShortcuts } from './shortcuts';
import { Shortcuts } from './shortcuts-help';

const closed = vi.fn();
function Part({ isAllowed }: { isAllowed: boolean }) {
  const [times, setTimes] = useState(0);
  usePageActions([
    { id: 'close', label: 'Close case', run: () => (closed(times), setTimes(times + 1)), isAllowed },
    { id: 'link', run: () => undefined, isAllowed: false },
  ]);
  return null;
}
function Portal() {
  const [help, setHelp] = useState(false);
  const [mounted, setMounted] = useState(true);
  useShortcuts(() => setHelp(true));
  return (
    <>
      {mounted && <Part isAllowed />}
      <button type="button" onClick={() => setMounted(false)}>
        leave
      </button>
      <Palette />
      <Shortcuts opened={help} close={() => setHelp(false)} />
    </>
  );
}
const key = (pressed: string) => fireEvent.keyDown(document.body, { key: pressed });

it('the palette runs what the page offers once it is gone, and nothing that is not allowed or not there any more', async () => {
  serve({});
  closed.mockClear();
  await show(<Portal />);
  act(() => spotlight.open());
  const person = userEvent.setup();
  const action = await screen.findByRole('button', { name: /Close case/ });
  expect(within(action).getByText('e')).toBeDefined();
  expect(screen.queryByRole('button', { name: /Link a case/ })).toBeNull();
  await person.click(action);
  await vi.waitFor(() => expect(closed).toHaveBeenCalledTimes(1));
  fireEvent.click(screen.getByText('leave'));
  key('e');
  expect(closed).toHaveBeenCalledTimes(1);
});

it('a key runs what the page says now', async () => {
  serve({});
  closed.mockClear();
  const { router } = await show(<Portal />);
  key('e');
  key('e');
  expect(closed.mock.calls).toEqual([[0], [1]]);
  key('g');
  key('t');
  await vi.waitFor(() => expect(router.state.location.pathname).toBe('/tasks'));
});

it('a key is changed in the help, a conflict is told, and all are as they were again', async () => {
  serve({});
  closed.mockClear();
  await show(<Portal />);
  key('?');
  const person = userEvent.setup();
  await person.click(await screen.findByRole('button', { name: 'Change the key of “Close or open again”' }));
  const field = await screen.findByTestId('new-key');
  fireEvent.keyDown(field, { key: 'p' });
  expect(await screen.findByText('Already used for “Priority of the case”')).toBeDefined();
  fireEvent.keyDown(field, { key: 'q' });
  await vi.waitFor(() => expect(within(screen.getByTestId('key-close')).getByText('q')).toBeDefined());
  key('q');
  key('e');
  expect(closed).toHaveBeenCalledTimes(1);
  await person.click(screen.getByTestId('keys-reset'));
  expect(within(screen.getByTestId('key-close')).getByText('e')).toBeDefined();
});
