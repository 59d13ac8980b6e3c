import { screen, within } from '@testing-library/react';
import { expect, it } from 'vitest';
import type { Case, CaseDefinition, CaseStages } from '../../api/schema';
import { serve, show } from '../../testing/render';
import { Stages } from './stages';

const stage = (id: string, state: string, kind = 'primary') => ({ id, name: id, state, kind, missing: [] });
const known = {
  definitionVersion: 1,
  stages: [stage('a', 'done'), stage('b', 'skipped'), stage('c', 'current'), stage('lost', 'ahead', 'resolution')],
  milestones: [
    { id: 'm', name: 'Papers', reachedAt: '2026-11-20T10:00:00Z' },
    { id: 'n', name: 'Decided', reachedAt: null },
  ],
} as unknown as CaseStages;
const definition = { stages: [{ id: 'a', name: 'a' }] } as unknown as CaseDefinition;
const item = (more: object) =>
  ({ id: 'k', number: 'CLM-1', stage: 'c', statusKind: 'open', ...more }) as unknown as Case;

it('the bar shows the usual way, what was skipped, and milestones; another end only once the case is there', async () => {
  serve({ 'GET /api/v1/cases/k/stages': { body: known } });
  await show(<Stages item={item({})} definition={definition} />);
  const bar = await screen.findByTestId('milestones');
  expect(within(bar).getByText('Papers').closest('li')?.dataset.reached).toBe('true');
  expect(within(bar).getByText('Decided').closest('li')?.dataset.reached).toBe('false');
  const steps = within(screen.getByRole('list', { name: 'Stages' })).getAllByRole('listitem');
  expect(steps.map((step) => step.dataset.state)).toEqual(['done', 'skipped', 'current']);
  expect(within(steps[1] as HTMLElement).getByText('skipped')).toBeTruthy();
});
it('a case that was just moved is in its new stage before the server says so', async () => {
  serve({ 'GET /api/v1/cases/k/stages': { body: known } });
  await show(<Stages item={item({ stage: 'lost' })} definition={definition} />);
  await screen.findByTestId('milestones');
  expect(screen.getByTestId('case-stage').textContent).toContain('lost');
});
