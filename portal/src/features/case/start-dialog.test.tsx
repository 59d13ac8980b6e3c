import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, it } from 'vitest';
import type { Case, CaseProcessRef } from '../../api/schema';
import { serve, show } from '../../testing/render';
import { AdHocWork } from './ad-hoc-work';
import { StartDialog } from './start-dialog';

const ITEM = { id: 'c1', number: 'CLM-1' } as unknown as Case;
const VISIT = { key: 'site-visit', name: 'Site visit', start: 'manual' } as unknown as CaseProcessRef;
const FORM = {
  type: 'default',
  components: [{ type: 'textfield', id: 'where', key: 'where', label: 'Where', validate: { required: true } }],
};
const START = 'POST /api/v1/cases/c1/processes';
const READ = 'GET /api/v1/cases/c1/processes/site-visit/form';

async function open(answers: Parameters<typeof serve>[0]) {
  const asked = serve(answers);
  let closed = false;
  await show(<StartDialog item={ITEM} process={VISIT} close={() => (closed = true)} />);
  const sent = () => asked.filter(({ method }) => method === 'POST').map(({ body }) => body);
  return { sent, isClosed: () => closed, user: userEvent.setup() };
}

it('what the process asks for is filled in before it starts', async () => {
  const { sent, isClosed, user } = await open({
    [READ]: { body: { form: FORM, data: { where: 'Hamburg' } } },
    [START]: { status: 201, body: {} },
  });
  const where = await screen.findByLabelText<HTMLInputElement>(/^Where/);
  expect(where.value).toBe('Hamburg');
  await user.clear(where);
  await user.click(screen.getByTestId('process-start'));
  expect((await screen.findByTestId('form-errors')).textContent).toContain('Where:');
  expect(sent()).toEqual([]);
  await user.type(where, 'Bremen');
  await user.click(screen.getByTestId('process-start'));
  await waitFor(isClosed);
  expect(sent()).toEqual([{ key: 'site-visit', variables: { where: 'Bremen' } }]);
});
it('what the server refuses stands at its field, and the dialog stays', async () => {
  const { isClosed, user } = await open({
    [READ]: { body: { form: FORM, data: { where: 'x' } } },
    [START]: {
      status: 422,
      body: {
        code: 'invalid-submission',
        errors: [{ pointer: '/variables/where', code: 'pattern', detail: 'no such place' }],
      },
    },
  });
  await screen.findByLabelText(/^Where/);
  await user.click(screen.getByTestId('process-start'));
  expect((await screen.findByTestId('form-errors')).textContent).toContain('Where: no such place');
  expect(isClosed()).toBe(false);
});
it('a process without a form is started by the button alone', async () => {
  const { sent, user } = await open({ [READ]: { body: { form: null, data: {} } }, [START]: { status: 201, body: {} } });
  await waitFor(() => expect(screen.getByTestId<HTMLButtonElement>('process-start').disabled).toBe(false));
  await user.click(screen.getByTestId('process-start'));
  await waitFor(() => expect(sent()).toEqual([{ key: 'site-visit', variables: {} }]));
});
it('an activity of an open ad-hoc subprocess is begun by hand', async () => {
  const path = '/api/v1/process-instances/i1/ad-hoc-subprocesses';
  const subprocess = {
    id: 'loss:7',
    elementId: 'loss',
    elementName: 'Look into it',
    isSequential: false,
    activities: [
      { elementId: 'call', elementName: 'Call the customer' },
      { elementId: 'ask', elementName: null },
    ],
  };
  const asked = serve({ [`GET ${path}`]: { body: [subprocess] }, [`POST ${path}/loss%3A7/activities`]: {} });
  await show(<AdHocWork instance="i1" />);
  await userEvent.setup().click(await screen.findByRole('button', { name: 'Call the customer' }));
  await screen.findByText('Call the customer started');
  expect(asked.find(({ method }) => method === 'POST')?.body).toEqual({ activities: ['call'] });
  expect(screen.getByRole('button', { name: 'ask' })).toBeTruthy();
});
