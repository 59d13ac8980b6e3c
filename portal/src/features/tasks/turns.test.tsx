import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, it } from 'vitest';
import type { TaskDetail } from '../../api/schema';
import { serve, show } from '../../testing/render';
import { FormPart } from './form-part';

const PAPERS = { code: 'missing', name: 'Papers are missing', isInterrupting: true };
const LATE = { code: null, name: 'It takes long', isInterrupting: false };
const task = (more: Partial<TaskDetail> = {}) =>
  ({
    id: 't1',
    name: 'Check papers',
    source: 'process',
    assignee: 'anna',
    caseNumber: 'CLM-1',
    dueAt: null,
    isDelegated: false,
    owner: null,
    errors: [PAPERS],
    escalations: [LATE],
    ...more,
  }) as unknown as TaskDetail;
const FORM = {
  type: 'default',
  components: [
    { type: 'textfield', id: 'policy', key: 'policy', label: 'Policy number', validate: { required: true } },
    { type: 'textfield', id: 'note', key: 'note', label: 'Note' },
  ],
};
const PEOPLE = {
  items: [
    { id: 'anna', name: 'Anna Meyer' },
    { id: 'ben', name: 'Ben Okafor' },
  ],
};

async function open(one: TaskDetail, answers: Parameters<typeof serve>[0] = {}) {
  const asked = serve({
    'GET /api/v1/cases/CLM-1': { body: { id: 'c1', number: 'CLM-1' } },
    'GET /api/v1/tasks/t1/form': { body: { form: FORM, data: {} } },
    'GET /api/v1/tasks/t1/assignees': { body: PEOPLE },
    'GET /api/v1/users': { body: PEOPLE },
    'GET /api/v1/tasks': { body: { items: [], nextCursor: null, total: 0 } },
    ...answers,
  });
  const { router } = await show(<FormPart task={one} completing={() => undefined} />);
  await screen.findByLabelText(/^Policy number/);
  const sent = () => asked.filter(({ method }) => method !== 'GET').map(({ path, body }) => ({ path, body }));
  return { sent, router, user: userEvent.setup() };
}

it('an error ends the task with its reason and with what is filled in, though the form is not done', async () => {
  const { sent, router, user } = await open(task(), { 'POST /api/v1/tasks/t1/bpmn-error': {} });
  await user.type(screen.getByLabelText('Note'), 'No invoice came');
  await user.click(await screen.findByTestId('task-turns'));
  await user.click(await screen.findByText('Papers are missing'));
  await user.type(await screen.findByTestId('throw-message'), 'Asked twice');
  await user.click(screen.getByTestId('throw-send'));
  await waitFor(() => expect(router.state.location.pathname).toBe('/tasks'));
  expect(sent()).toEqual([
    {
      path: '/api/v1/tasks/t1/bpmn-error',
      body: { code: 'missing', message: 'Asked twice', data: { policy: '', note: 'No invoice came' } },
    },
  ]);
  expect(sessionStorage.length).toBe(0);
});
it('an escalation leaves the task where it is; one that takes any code asks for it', async () => {
  const { sent, router, user } = await open(task(), { 'POST /api/v1/tasks/t1/escalation': {} });
  await user.click(await screen.findByTestId('task-turns'));
  await user.click(await screen.findByText('It takes long'));
  expect((await screen.findByTestId<HTMLButtonElement>('throw-send')).disabled).toBe(true);
  await user.type(screen.getByTestId('throw-code'), 'late');
  await user.click(screen.getByTestId('throw-send'));
  expect(await screen.findByText('It takes long: the process knows')).toBeTruthy();
  expect(sent().map(({ path }) => path)).toEqual(['/api/v1/tasks/t1/escalation']);
  expect(router.state.location.pathname).toBe('/');
});
it('a fault of what is filled in stands at its field, and nothing is done', async () => {
  const { user } = await open(task(), {
    'POST /api/v1/tasks/t1/bpmn-error': {
      status: 422,
      body: { code: 'invalid-submission', errors: [{ pointer: '/data/note', code: 'maxLength', detail: 'too long' }] },
    },
  });
  await user.click(await screen.findByTestId('task-turns'));
  await user.click(await screen.findByText('Papers are missing'));
  await user.click(await screen.findByTestId('throw-send'));
  expect((await screen.findByTestId('form-errors')).textContent).toContain('Note: too long');
  await waitFor(() => expect(screen.queryByTestId('throw-send')).toBeNull());
});
it('a colleague is asked with a comment that names them', async () => {
  const { sent, user } = await open(task(), {
    'POST /api/v1/tasks/t1/delegate': {},
    'POST /api/v1/cases/c1/comments': { status: 201, body: {} },
  });
  await user.click(await screen.findByTestId('task-turns'));
  await user.click(await screen.findByTestId('task-ask'));
  await user.click(await screen.findByTestId('ask-whom'));
  // Whoever has the task is not asked.
  await user.click(await screen.findByText('Ben Okafor'));
  expect(screen.queryByRole('option', { name: 'Anna Meyer' })).toBeNull();
  await user.type(await screen.findByTestId('ask-question'), 'Is this invoice right?');
  await user.click(screen.getByTestId('ask-send'));
  await screen.findByText('Ben Okafor has the task and gives it back');
  // What was begun here would hide what they fill in.
  expect(sessionStorage.length).toBe(0);
  expect(sent()).toEqual([
    { path: '/api/v1/tasks/t1/delegate', body: { to: 'ben' } },
    { path: '/api/v1/cases/c1/comments', body: { body: '@Ben Okafor Is this invoice right?', mentions: ['ben'] } },
  ]);
});
it('who was asked gives the task back with what they filled in, and cannot complete it', async () => {
  const { sent, user } = await open(task({ isDelegated: true, owner: 'ben' }), {
    'POST /api/v1/tasks/t1/resolve': {},
  });
  expect(screen.queryByTestId('task-complete')).toBeNull();
  await user.type(screen.getByLabelText('Note'), 'It is right');
  await user.click(await screen.findByTestId('task-give-back'));
  await waitFor(() =>
    expect(sent()).toEqual([{ path: '/api/v1/tasks/t1/resolve', body: { data: { policy: '', note: 'It is right' } } }]),
  );
});
it('a task that somebody added to a case has none of it', async () => {
  await open(task({ source: 'case', errors: [], escalations: [] }));
  await screen.findByTestId('task-complete');
  expect(screen.queryByTestId('task-turns')).toBeNull();
});
