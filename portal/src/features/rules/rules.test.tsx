import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, it } from 'vitest';
import type { CaseDefinition, Rule, RuleRun } from '../../api/schema';
import { serve, show } from '../../testing/render';
import { DryRun } from './dry-run';
import { RuleLog } from './rule-log';
import { actionWords, conditionWords, triggerWords } from './rule-words';

const LARGE: Rule = {
  id: 'large',
  name: 'Large amounts',
  on: 'field-changed',
  when: { stage: ['intake'], 'fields.amount': { gt: 500 } },
  if: 'priority < 50',
  then: [{ setStage: 'decision' }],
};
const OF = {
  key: 'claim',
  stages: [{ id: 'decision', name: 'Decision' }],
  statuses: [],
  fields: [{ key: 'amount', label: 'Amount' }],
  processes: [],
  rules: [LARGE],
} as unknown as CaseDefinition;
const RUN = {
  case: { id: 'c-1', number: 'CLM-000001', title: 'Roof' },
  at: '2026-12-01T10:00:00.000Z',
  entry: 4,
  definition: 'claim',
  rule: 'large',
  name: 'Large amounts',
  on: 'field-changed',
  outcome: 'failed',
  reason: null,
  tests: [{ asked: 'fields.amount', wanted: { gt: 500 }, found: 900, holds: true, reason: null }],
  actions: [{ action: { setStage: 'decision' }, outcome: 'failed', reason: 'Amount is needed' }],
} as unknown as RuleRun;

it('rules are told in words', () => {
  expect(triggerWords('task-completed')).toBe('When this happens: Task completed');
  expect(triggerWords({ after: 'P2D', since: 'stage-entered' })).toBe('2 days after its stage was entered');
  expect(triggerWords({ daily: '08:00' })).toBe('Every day at 08:00 (UTC)');
  expect(triggerWords({ daily: '08:00', zone: 'Europe/Berlin', days: ['monday', 'friday'] })).toBe(
    'On Monday and Friday at 08:00 (Europe/Berlin)',
  );
  expect(conditionWords(LARGE)).toEqual(['stage is one of intake', 'fields.amount is more than 500', 'priority < 50']);
  expect(actionWords({ setStage: 'decision' }, OF)).toBe('move it to stage “Decision”');
  expect(actionWords({ setFields: { amount: 5 } }, OF)).toBe('set Amount = 5');
  expect(actionWords({ assign: 'none' }, OF)).toBe('take it from its assignee');
  expect(actionWords({ notify: { to: 'queue', template: 'decision-needed' } }, OF)).toBe('tell queue: Decision needed');
});

it('the log of a rule says what was found and what could not be done', async () => {
  const asked = serve({
    'GET /api/v1/case-definitions/claim/rules/large/runs': { body: { items: [RUN], nextCursor: null, total: null } },
  });
  await show(<RuleLog of={OF} rule="large" />);
  const row = await screen.findByTestId('rule-run');
  for (const text of [
    'CLM-000001',
    'fields.amount is more than 500: 900',
    'move it to stage “Decision”: Amount is needed',
  ])
    expect(row.textContent).toContain(text);
  const user = userEvent.setup();
  await user.click(screen.getByRole('combobox', { name: 'Outcome' }));
  await user.click(await screen.findByRole('option', { name: 'not matched' }));
  await waitFor(() => expect(asked.at(-1)?.search.get('outcome')).toBe('not-matched'));
});

it('a try shows where a rule would have been applied, when it stopped, and what is wrong with the rule', async () => {
  const asked = serve({
    'POST /api/v1/case-definitions/claim/rules/dry-run': ({ body }) =>
      (body as { rule: Rule }).rule.on === 'never'
        ? {
            status: 422,
            body: {
              code: 'invalid-rule',
              errors: [{ code: 'unknown-event', pointer: '/rule/on', detail: 'No such.' }],
            },
          }
        : {
            body: {
              from: '2026-11-01T00:00:00.000Z',
              to: '2026-12-01T00:00:00.000Z',
              cases: 3,
              entries: 9,
              asked: 4,
              matched: 1,
              stoppedBy: 'entries',
              matches: [RUN],
              passedOver: [],
            },
          },
  });
  await show(<DryRun of={OF} rule={LARGE} />);
  const user = userEvent.setup();
  const text = screen.getByLabelText('The rule, as it would be');
  await user.clear(text);
  await user.click(screen.getByRole('button', { name: 'Try' }));
  await screen.findByText('This is no JSON.');
  expect(asked).toEqual([]);
  await user.click(text);
  await user.paste(JSON.stringify({ ...LARGE, on: 'never' }));
  await user.click(screen.getByRole('button', { name: 'Try' }));
  await screen.findByText('/rule/on: No such.');
  await user.clear(text);
  await user.click(text);
  await user.paste(JSON.stringify(LARGE));
  await user.click(screen.getByRole('button', { name: 'Try' }));
  const result = await screen.findByTestId('dry-run-result');
  expect(result.textContent).toContain('3 cases were looked at.');
  expect(result.textContent).toContain('Not everything was looked at');
  expect(within(result).getByTestId('rule-run').textContent).toContain('would fail');
});
