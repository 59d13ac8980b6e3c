import { Menu } from '@mantine/core';
import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, it, vi } from 'vitest';
import { show } from '../testing/render';
import { MenuChoices } from './menu-choices';

const STAGES = ['Intake', 'Decision', 'Payment'];

it.each([
  ['Intake', 'Decision', 'Payment'],
  ['Decision', 'Intake', 'Payment'],
])('a menu that is at %s begins at %s and goes on by keys', async (now, first, next) => {
  const chosen = vi.fn<(name: string) => void>();
  await show(
    // As the theme has it.
    <Menu withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <button type="button">Stage</button>
      </Menu.Target>
      <Menu.Dropdown>
        <MenuChoices
          choices={STAGES.map((name) => ({ id: name, label: name, isNow: name === now, choose: () => chosen(name) }))}
        />
      </Menu.Dropdown>
    </Menu>,
  );
  const user = userEvent.setup();
  screen.getByRole('button', { name: 'Stage' }).focus();
  await user.keyboard('{Enter}');
  await waitFor(() => expect(document.activeElement?.textContent).toBe(first));
  await user.keyboard('{ArrowDown}');
  expect(document.activeElement?.textContent).toBe(next);
  await user.keyboard('{Enter}');
  expect(chosen).toHaveBeenCalledExactlyOnceWith(next);
});
