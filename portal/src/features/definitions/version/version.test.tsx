import { screen, within } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';
import type { CaseDefinition } from '../../../api/schema';
import { switchLocale } from '../../../i18n';
import { serve, show } from '../../../testing/render';
import { FIELDS, type FieldKind } from '../../fields/registry';
import { VersionContent } from './content';
import { fieldTypeName } from './field-types';

afterEach(() => switchLocale('en'));

const CLAIM = {
  key: 'claim',
  name: 'Claim',
  description: 'Damage claims',
  version: 3,
  caseNumberPrefix: 'CLM',
  stages: [
    { id: 'intake', name: 'Intake' },
    { id: 'decision', name: 'Decision', required: ['amount'], status: 'open', wipLimit: { limit: 20 } },
  ],
  statuses: [
    { id: 'open', name: 'Open', kind: 'open' },
    { id: 'waiting', name: 'Waiting for customer', kind: 'paused' },
  ],
  fields: [
    { key: 'amount', label: 'Amount', labels: { de: 'Betrag' }, type: 'money', required: true },
    { key: 'why', label: 'Reason', type: 'text', required: false, requiredWhen: 'amount > 500' },
  ],
  sections: [{ title: 'Money', fields: ['amount'] }],
  processes: [{ key: 'claim-handling', name: 'Claim handling', start: 'on-stage', stage: 'intake' }],
  queues: ['claims'],
  defaultQueue: 'claims',
  slas: [
    {
      id: 'first-response',
      name: 'First response',
      target: 'PT4H',
      calendar: 'business',
      startOn: 'created',
      stopOn: 'first-reply',
      pauseIn: ['waiting'],
    },
  ],
  rules: [],
  milestones: [],
  resolutions: [],
} as unknown as CaseDefinition;
const page = (items: unknown[]) => ({ body: { items, nextCursor: null, total: null } });
const rowsOf = (testId: string) =>
  within(screen.getByTestId(testId))
    .getAllByRole('row')
    .slice(1)
    .map((row) => [...row.children].map((cell) => cell.textContent));

it('what a version says now is read in tables, by names, without comparing it with another', async () => {
  serve({ 'GET /api/v1/queues': page([{ id: 'claims', name: 'Claims desk' }]), 'GET /api/v1/calendars': page([]) });
  await show(<VersionContent of={CLAIM} />);
  await screen.findByText('Claims desk');
  expect(rowsOf('version-stages')).toEqual([
    ['Intake intake', 'On the way', '–', '–', '–'],
    ['Decision decision', 'On the way', 'Amount', 'Open', '20'],
  ]);
  expect(rowsOf('version-fields')).toEqual([
    ['Amount amount', 'Amount of money', 'Yes', 'Money'],
    ['Reason why', 'Text', 'When this is true: amount > 500', '–'],
  ]);
  expect(rowsOf('version-promises')).toEqual([
    [
      'First response first-response',
      'The case',
      '4 hours',
      '–',
      'Business hours',
      'Start of the case',
      'First reply of a person',
      'Status “Waiting for customer”',
    ],
  ]);
  expect(rowsOf('version-queues')).toEqual([['Claims desk claims', 'Yes']]);
  expect(rowsOf('version-processes')).toEqual([['Claim handling claim-handling', 'With stage “Intake”']]);
  // A part with nothing in it is no empty frame.
  expect(screen.queryByTestId('version-milestones')).toBe(null);
});
it('it is told in the language of the reader, fields by their labels in it', async () => {
  await switchLocale('de');
  serve({ 'GET /api/v1/queues': page([]), 'GET /api/v1/calendars': page([]) });
  await show(<VersionContent of={CLAIM} />);
  await screen.findByTestId('version-fields');
  expect(rowsOf('version-fields')[0]).toEqual(['Betrag amount', 'Geldbetrag', 'Ja', 'Money']);
  expect(rowsOf('version-promises')[0]?.slice(4, 7)).toEqual([
    'Geschäftszeiten',
    'Beginn des Falls',
    'Erste Antwort einer Person',
  ]);
});
it('every kind of field has a name of its own', () => {
  const names = (Object.keys(FIELDS) as FieldKind[]).map(fieldTypeName);
  expect(new Set(names).size).toBe(names.length);
});
