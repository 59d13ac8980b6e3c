import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, it } from 'vitest';
import type { Calendar } from '../../api/schema';
import { serve, show } from '../../testing/render';
import { CalendarList } from './list.view';

const DESK: Calendar = {
  id: 'desk',
  name: 'Support desk',
  description: '',
  timeZone: 'Europe/Berlin',
  hours: [{ days: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'], from: '09:00', to: '12:30' }],
  holidays: [{ date: '2026-12-25', name: 'Christmas', region: null }],
  regions: [],
  updatedAt: '2026-11-21T12:00:00.000Z',
  version: 4,
};
const PAGE = { items: [DESK], nextCursor: null, total: null };

it('a break is written down as a second window, and what the server refuses stands at it', async () => {
  let refused = false;
  const asked = serve({
    'GET /api/v1/calendars': { body: PAGE },
    'PUT /api/v1/calendars/desk': () => {
      if (refused) return { body: DESK };
      refused = true;
      const errors = [{ code: 'invalid-calendar', pointer: '/hours/1', detail: 'It ends before it begins.' }];
      return { status: 422, body: { code: 'invalid-calendar', errors } };
    },
  });
  await show(<CalendarList />);
  expect((await screen.findByTestId('calendar')).textContent).toContain('Mon–Fri 09:00–12:30');
  const user = userEvent.setup();
  await user.click(screen.getByRole('button', { name: 'Change calendar Support desk' }));
  await user.click(await screen.findByRole('button', { name: 'Add hours' }));
  const second = screen.getAllByRole('group', { name: 'Working hours' })[1] as HTMLElement;
  await user.clear(within(second).getByLabelText('From'));
  await user.type(within(second).getByLabelText('From'), '13:15');
  await user.type(screen.getByLabelText('Holidays'), '{Enter}2027-01-06 Epiphany [[DE-BY]');
  await user.click(screen.getByRole('button', { name: 'Save' }));
  await screen.findByText('It ends before it begins.');
  await user.click(screen.getByRole('button', { name: 'Save' }));
  await waitFor(() => expect(screen.queryByRole('dialog')).toBe(null));
  const sent = asked.findLast(({ method }) => method === 'PUT')?.body as Calendar;
  expect(sent.hours[1]).toEqual({
    days: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'],
    from: '13:15',
    to: '17:00',
  });
  expect(sent.holidays?.[1]).toEqual({ date: '2027-01-06', name: 'Epiphany', region: 'DE-BY' });
});

it('a calendar that is used stays, and the server says by what', async () => {
  const detail = 'The case definition “Claim” counts by it.';
  serve({
    'GET /api/v1/calendars': { body: PAGE },
    'DELETE /api/v1/calendars/desk': { status: 409, body: { code: 'calendar-in-use', detail } },
  });
  await show(<CalendarList />);
  const user = userEvent.setup();
  await user.click(await screen.findByRole('button', { name: 'Delete calendar Support desk' }));
  await user.click(screen.getByRole('button', { name: 'Delete calendar Support desk now' }));
  await screen.findByText(detail);
});
