import { fireEvent, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, it } from 'vitest';
import type { Availability } from '../../api/schema';
import { serve, show } from '../../testing/render';
import { OwnAvailability } from './availability';

const OWN: Availability = {
  person: { id: 'anna', name: 'Anna Meyer', issuer: null, onBehalfOf: null },
  skills: [{ skill: 'german', level: 3 }],
  capacity: 20,
  absences: [{ from: '2026-12-24T08:00:00.000Z', to: '2026-12-28T08:00:00.000Z', substitute: null }],
  load: 2,
  isAbsent: false,
  acting: { id: 'anna', name: 'Anna Meyer', issuer: null, onBehalfOf: null },
  mayQualify: false,
  version: 3,
};

it('an absence is added and taken away; what one can do stays as it was', async () => {
  const asked = serve({
    'GET /api/v1/people/me/availability': { body: OWN },
    'GET /api/v1/users': { body: { items: [], nextCursor: null, total: null } },
    'PUT /api/v1/people/me/availability': { body: OWN },
  });
  await show(<OwnAvailability />);
  await screen.findByText('Your skills: german 3');
  fireEvent.change(screen.getByLabelText('Away from'), { target: { value: '2027-01-04T08:00' } });
  fireEvent.change(screen.getByLabelText('Back on'), { target: { value: '2027-01-08T08:00' } });
  const user = userEvent.setup();
  await user.click(screen.getByRole('button', { name: 'Add absence' }));
  await waitFor(() => expect(screen.getByLabelText('Away from')).toHaveProperty('value', ''));
  const put = () => asked.findLast(({ method }) => method === 'PUT')?.body as Availability;
  expect([put().skills, put().capacity, put().absences?.length]).toEqual([OWN.skills, 20, 2]);
  await user.click(screen.getByRole('button', { name: /Remove the absence from/ }));
  await waitFor(() => expect(put().absences).toEqual([]));
});
