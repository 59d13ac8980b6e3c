import { afterEach, describe, expect, it } from 'vitest';
import { switchLocale } from '../../i18n';
import { ApiError } from '../../api/client';
import { demandOf, type PatchRequest } from './actions';
import { mentioned } from './comment-box';
import { marksByLooking } from './mail-thread';
import { kindsOf } from './timeline-kinds';
import { fieldChanges, sentence, type Names } from './sentence';

const names: Names = {
  person: (id) => ({ anna: 'Anna Meyer' })[id] ?? id,
  queue: (id) => ({ claims: 'Claims desk' })[id] ?? id,
  field: (key) => ({ amount: 'Amount (EUR)' })[key] ?? key,
  process: (key) => ({ 'email-to-case': 'Mail becomes a case' })[key] ?? key,
};
const told = (kind: string, data: Record<string, unknown>, summary = 'summary') =>
  sentence({ kind, data, summary }, names);

describe('timeline', () => {
  afterEach(() => switchLocale('en'));
  it('names stand where the data has ids', () => {
    expect(told('task-claimed', { task: { name: 'Check papers', assignee: 'anna' } })).toBe(
      'Task Check papers taken by Anna Meyer',
    );
    expect(told('queue-changed', { from: null, to: 'claims' })).toBe('Moved to queue Claims desk');
    expect(told('process-started', { name: 'email-to-case' })).toBe('Process Mail becomes a case started');
    expect(told('field-changed', { changes: [{ key: 'amount', before: 1, after: 2 }] })).toBe('Changed Amount (EUR)');
    expect(told('assigned', { from: null, to: { id: 'anna', name: 'Anna Meyer' } })).toBe('Assigned to Anna Meyer');
    expect(told('assigned', { from: { id: 'anna', name: 'Anna Meyer' }, to: null })).toBe('Unassigned');
  });
  it('it speaks the language of the reader', async () => {
    await switchLocale('de');
    expect(told('stage-changed', { from: { id: 'a', name: 'Intake' }, to: { id: 'b', name: 'Assessment' } })).toBe(
      'Phase von Intake zu Assessment gewechselt',
    );
  });
  it('a kind that is not known yet is told by the server', () => {
    expect(told('teleported', {}, 'The case was teleported')).toBe('The case was teleported');
    expect(told('task-claimed', { task: { name: 'Check papers', assignee: null } }, 'Task claimed: Check papers')).toBe(
      'Task claimed: Check papers',
    );
  });
  it('only changes of fields carry values', () => {
    expect(fieldChanges({ changes: [{ key: 'amount', before: 1, after: 2 }, 'nonsense'] })).toEqual([
      { key: 'amount', before: 1, after: 2 },
    ]);
    expect(fieldChanges({ from: 'a', to: 'b' })).toEqual([]);
  });
});

it('people are mentioned by name or id, and nobody by accident', () => {
  const people = [
    { id: 'anna', name: 'Anna Meyer', email: 'a@x.example' },
    { id: 'ben', name: 'Ben Okafor', email: 'b@x.example' },
  ];
  expect(mentioned('Please look, @Anna Meyer', people)).toEqual(['anna']);
  expect(mentioned('@ben and @benny', people)).toEqual(['ben']);
  expect(mentioned('mail me at ben@x.example', people)).toEqual([]);
});
it('a filter of the timeline is asked of the server by its kinds', () => {
  expect(kindsOf('mail').split(',')).toEqual(['mail-received', 'mail-sent', 'mail-unlinked']);
  expect(kindsOf('changes').split(',')).toContain('requester-changed');
});
it('only the one whose case it is marks its mail as read by looking', () => {
  const item = { assignee: { id: 'anna', name: 'Anna' }, unreadMailCount: 2 };
  expect(marksByLooking(item, 'anna', true)).toBe(true);
  expect(marksByLooking(item, 'ben', true)).toBe(false);
  expect(marksByLooking({ ...item, assignee: null }, 'anna', true)).toBe(false);
  expect(marksByLooking(item, 'anna', false)).toBe(false);
});
const refused = (errors: { pointer: string; code: string }[]) =>
  new ApiError({ status: 422, code: 'invalid-case', errors });

it('a refused move says which fields it needs; another refusal is no such thing', () => {
  const request = { item: { id: 'c' }, patch: { stage: 'decision' } } as unknown as PatchRequest;
  expect(demandOf(request, refused([{ pointer: '/fields/amount', code: 'required' }]))?.errors).toEqual([
    { key: 'amount', detail: 'required' },
  ]);
  expect(demandOf(request, refused([{ pointer: '/stage', code: 'unknown-stage' }]))).toBeNull();
  expect(
    demandOf({ ...request, patch: { title: 'x' } }, refused([{ pointer: '/fields/amount', code: 'required' }])),
  ).toBeNull();
});
