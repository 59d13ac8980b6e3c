import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, it, vi } from 'vitest';
import { show } from '../testing/render';
import { LinkTabs, type TabEntry } from './tabs';

const TABS: TabEntry[] = ['overview', 'mail'].map((id) => ({ id, label: id, link: { to: '/' } }));

it('what a tab holds is fetched when somebody points at it or comes to it by the keyboard, before it is opened', async () => {
  const point = vi.fn<(id: string) => void>();
  await show(<LinkTabs label="Parts" tabs={TABS} current="overview" point={point} />);
  const user = userEvent.setup();
  await user.hover(await screen.findByTestId('tab-mail'));
  expect(point).toHaveBeenLastCalledWith('mail');
  await user.tab();
  expect(point).toHaveBeenLastCalledWith('overview');
});
