import { screen, waitFor } from '@testing-library/react';
import userEvent, { type UserEvent } from '@testing-library/user-event';
import { expect, it } from 'vitest';
import type { TaskDetail } from '../../api/schema';
import { serve, show } from '../../testing/render';
import { FormPart } from './form-part';

const task = (id: string, assignee: string | null = 'anna') =>
  ({
    id,
    name: `Check papers ${id}`,
    source: 'process',
    assignee,
    caseNumber: null,
    dueAt: null,
    isDelegated: false,
    owner: null,
    errors: [],
    escalations: [],
  }) as unknown as TaskDetail;
const SCHEMA = {
  type: 'default',
  components: [
    {
      type: 'textfield',
      id: 'policy',
      key: 'policy',
      label: 'Policy number',
      validate: { required: true, pattern: '^HB-\\d+$' },
    },
    { type: 'textarea', id: 'remarks', key: 'remarks', label: 'Remarks' },
    { type: 'checkbox', id: 'whole', key: 'whole', label: 'The papers are complete' },
  ],
};
const FORM = { body: { form: SCHEMA, data: { policy: 'HB-1' } } };
const NOTHING = { body: { items: [], nextCursor: null, total: 0 } };
const page = (...items: TaskDetail[]) => ({ body: { items, nextCursor: null, total: items.length } });

async function open(one: TaskDetail, answers: Parameters<typeof serve>[0] = {}) {
  const asked = serve({ 'GET /api/v1/tasks/t1/form': FORM, 'GET /api/v1/tasks': NOTHING, ...answers });
  const completing: (string | null)[] = [];
  const { router } = await show(<FormPart task={one} completing={(id) => completing.push(id)} />);
  const policy = await screen.findByLabelText<HTMLInputElement>(/^Policy number/);
  return { asked, router, completing, policy, user: userEvent.setup() };
}
async function fill(user: UserEvent, input: HTMLInputElement, value: string) {
  await user.clear(input);
  await user.type(input, value);
}
const sent = (asked: Awaited<ReturnType<typeof open>>['asked']) =>
  asked.filter(({ path }) => path.endsWith('/complete')).map(({ body }) => body);

it('what was entered is sent once, and the next task is opened', async () => {
  const { asked, router, policy, user } = await open(task('t1'), {
    'GET /api/v1/tasks': page(task('t1'), task('t2')),
    'POST /api/v1/tasks/t1/complete': {},
  });
  await fill(user, policy, 'HB-204118');
  await user.click(screen.getByLabelText('The papers are complete'));
  await user.dblClick(screen.getByTestId('task-complete'));
  await waitFor(() => expect(router.state.location.pathname).toBe('/tasks/t2'));
  expect(sent(asked)).toEqual([{ data: { policy: 'HB-204118', whole: true, remarks: '' } }]);
  expect(sessionStorage.length).toBe(0);
  expect(await screen.findByText('Check papers t1 is done. Here is the next one.')).toBeTruthy();
});
it('the last letter counts when the form is completed by the keyboard at once', async () => {
  const { asked, policy, user } = await open(task('t1'), { 'POST /api/v1/tasks/t1/complete': {} });
  await fill(user, policy, 'HB-77');
  await user.click(screen.getByLabelText('Remarks'));
  await user.paste('Called at noon.');
  await user.keyboard('{Control>}{Enter}{/Control}');
  await waitFor(() =>
    expect(sent(asked)).toEqual([{ data: { policy: 'HB-77', whole: false, remarks: 'Called at noon.' } }]),
  );
});
it('what is sent by the same key beside the form completes no task', async () => {
  const asked = serve({
    'GET /api/v1/tasks/t1/form': FORM,
    'GET /api/v1/tasks': NOTHING,
    'POST /api/v1/tasks/t1/complete': {},
  });
  await show(
    <>
      <textarea aria-label="Reply" />
      <FormPart task={task('t1')} completing={() => undefined} />
    </>,
  );
  await screen.findByLabelText(/^Policy number/);
  const user = userEvent.setup();
  await user.type(screen.getByLabelText('Reply'), 'Dear customer{Control>}{Enter}{/Control}');
  expect(sent(asked)).toEqual([]);
  await user.click(screen.getByLabelText('Remarks'));
  await user.keyboard('{Control>}{Enter}{/Control}');
  await waitFor(() => expect(sent(asked).length).toBe(1));
});
it('after the last task the list is opened', async () => {
  const { router, user } = await open(task('t1'), { 'POST /api/v1/tasks/t1/complete': {} });
  await user.click(screen.getByTestId('task-complete'));
  await waitFor(() => expect(router.state.location.pathname).toBe('/tasks'));
});
it('a mistake is told with its field before anything is sent', async () => {
  const { asked, policy, user } = await open(task('t1'));
  await fill(user, policy, 'wrong');
  await user.click(screen.getByTestId('task-complete'));
  const errors = await screen.findByTestId('form-errors');
  expect(errors.textContent).toContain('Policy number:');
  expect(document.activeElement).toBe(errors);
  expect(sent(asked)).toEqual([]);
});
it('what the server refuses stands at its field, what was entered stays, and it can be sent again', async () => {
  const answers = [
    {
      status: 422,
      body: { code: 'invalid-data', errors: [{ pointer: '/data/policy', code: 'unknown', detail: 'no such policy' }] },
    },
    {},
  ];
  const { asked, completing, policy, user } = await open(task('t1'), {
    'POST /api/v1/tasks/t1/complete': () => answers.shift() ?? {},
  });
  await user.click(screen.getByTestId('task-complete'));
  expect((await screen.findByTestId('form-errors')).textContent).toContain('Policy number: no such policy');
  expect(policy.value).toBe('HB-1');
  expect(completing).toEqual(['t1', null]);
  await user.click(screen.getByTestId('task-complete'));
  await waitFor(() => expect(sent(asked).length).toBe(2));
});
it('any other refusal is told and loses nothing', async () => {
  const { policy, user } = await open(task('t1'), {
    'POST /api/v1/tasks/t1/complete': { status: 409, body: { code: 'task-is-done', detail: 'Somebody was faster.' } },
  });
  await fill(user, policy, 'HB-2');
  await user.click(screen.getByTestId('task-complete'));
  expect(await screen.findByText('Somebody was faster.')).toBeTruthy();
  expect(policy.value).toBe('HB-2');
});
it.each([
  [null, 'Claim the task to fill the form.'],
  ['ben', 'The task belongs to someone else. You can read it.'],
])('a task of %s can be read only', async (assignee, told) => {
  const { policy } = await open(task('t1', assignee));
  expect(screen.getByText(told)).toBeTruthy();
  await waitFor(() => expect(policy.readOnly || policy.disabled).toBe(true));
  expect(screen.queryByTestId('task-complete')).toBeNull();
});
it('a task without a form is completed by its button alone', async () => {
  const asked = serve({
    'GET /api/v1/tasks/t1/form': { body: { form: null, data: {} } },
    'GET /api/v1/tasks': NOTHING,
    'POST /api/v1/tasks/t1/complete': {},
  });
  const { router } = await show(<FormPart task={task('t1')} completing={() => undefined} />);
  expect(await screen.findByText(/This task has no form/)).toBeTruthy();
  await userEvent.setup().click(screen.getByTestId('task-complete'));
  await waitFor(() => expect(router.state.location.pathname).toBe('/tasks'));
  expect(sent(asked)).toEqual([{ data: {} }]);
});
