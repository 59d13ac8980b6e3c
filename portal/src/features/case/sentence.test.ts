import { afterEach, describe, expect, it } from 'vitest';
import { switchLocale } from '../../i18n';
import { ApiError } from '../../api/client';
import type { PatchRequest } from './actions';
import { demandOf } from './demanded';
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
      'Task “Check papers” taken by Anna Meyer',
    );
    expect(told('queue-changed', { from: null, to: 'claims' })).toBe('Moved to queue “Claims desk”');
    expect(told('process-started', { name: 'email-to-case' })).toBe('Process “Mail becomes a case” started');
    expect(told('field-changed', { changes: [{ key: 'amount', before: 1, after: 2 }] })).toBe('Changed Amount (EUR)');
    expect(told('assigned', { from: null, to: { id: 'anna', name: 'Anna Meyer' } })).toBe('Assigned to Anna Meyer');
    expect(told('assigned', { from: { id: 'anna', name: 'Anna Meyer' }, to: null })).toBe('Unassigned');
  });
  it('it speaks the language of the reader', async () => {
    await switchLocale('de');
    expect(told('stage-changed', { from: { id: 'a', name: 'Intake' }, to: { id: 'b', name: 'Assessment' } })).toBe(
      'Phase von „Intake“ zu „Assessment“ gewechselt',
    );
  });
  it('a kind that is not known yet is told by the server', () => {
    expect(told('teleported', {}, 'The case was teleported')).toBe('The case was teleported');
    expect(told('task-claimed', { task: { name: 'Check papers', assignee: null } }, 'Task claimed: Check papers')).toBe(
      'Task claimed: Check papers',
    );
  });
  it('names stand in the quotation marks of the language', async () => {
    await switchLocale('de');
    expect(told('process-started', { name: 'email-to-case' })).toBe('Prozess „Mail becomes a case“ gestartet');
    await switchLocale('pt-BR');
    expect(told('process-started', { name: 'email-to-case' })).toBe('Processo “Mail becomes a case” iniciado');
  });
  it('every kind that is drawn is told in the language of the reader, not by the summary of the server', () => {
    const untold = (['comments', 'mail', 'work', 'changes'] as const)
      .flatMap((group) => kindsOf(group).split(','))
      .filter((kind) => told(kind, {}, 'summary') === 'summary');
    expect(untold).toEqual([]);
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
  expect(kindsOf('mail').split(',')).toEqual(['mail-received', 'mail-sent', 'mail-unlinked', 'mail-taken']);
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
it('a refused move is told by kind: fields, a reason, how it ends, work that ends, and what nothing here can bring', () => {
  const request = { item: { id: 'c' }, patch: { stage: 'decision' } } as unknown as PatchRequest;
  const missing = [{ kind: 'criterion', code: 'entry-criterion', message: 'It is labelled', pointer: '/stage' }];
  const errors = [
    { pointer: '/fields/amount', code: 'required', detail: 'Amount is needed' },
    { pointer: '/stage', code: 'entry-criterion', detail: 'It is labelled' },
    { pointer: '/reason', code: 'required', detail: 'Check is passed over: say why' },
  ];
  const error = new ApiError({ status: 422, code: 'stage-move-refused', errors, details: { missing } });
  expect(demandOf(request, error)).toEqual({
    request,
    errors: [{ key: 'amount', detail: 'Amount is needed' }],
    reason: 'Check is passed over: say why',
    resolution: false,
    blocked: ['It is labelled'],
    open: null,
  });
  expect(demandOf(request, refused([{ pointer: '/resolution', code: 'required' }]))?.resolution).toBe(true);
  const details = { tasks: 1, processes: 0, items: [{ kind: 'task', name: 'Visit' }] };
  const open = new ApiError({ status: 409, code: 'case-has-open-work', details });
  expect(demandOf(request, open)?.open?.items[0]?.name).toBe('Visit');
  expect(demandOf({ ...request, patch: { status: 'closed' } }, open)).toBeNull();
});
it('milestones, skipped stages and how a case ended are told in its timeline', () => {
  expect(told('milestone-reached', { milestone: { id: 'm', name: 'Papers' } })).toBe('Milestone reached: Papers');
  const move = { from: { name: 'A' }, to: { name: 'C' }, reason: 'Known', skipped: [{ id: 'b', name: 'B' }] };
  expect(told('stage-changed', move)).toBe('Stage changed from “A” to “C”: Known · Skipped: B');
  const end = { from: { name: 'Open' }, to: { name: 'Closed' }, resolution: { name: 'Paid' } };
  expect(told('status-changed', end)).toBe('Status changed from “Open” to “Closed (Paid)”');
  expect(told('definition-migrated', { from: 1, to: 2 })).toBe('Moved from version 1 to 2 of its case type');
});
