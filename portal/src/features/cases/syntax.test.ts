import { describe, expect, it } from 'vitest';
import { narrowed, speaks, spoken, understood } from './syntax';

describe('filters as words', () => {
  it('known words are filters, the rest is searched for', () => {
    expect(understood({ sort: 'number' }, 'is:open assignee:me broken window queue:claims')).toEqual({
      sort: 'number',
      statusKind: 'open,paused',
      assignee: 'me',
      queue: 'claims',
      search: 'broken window',
    });
  });
  it('a word that no filter has is a word', () => {
    expect(understood({}, 'http://example.org note:urgent')).toEqual({ search: 'http://example.org note:urgent' });
    expect(speaks('note:urgent')).toBe(false);
    expect(speaks('storm label:urgent')).toBe(true);
  });
  it('values with spaces are quoted, and nothing after the colon takes a filter away', () => {
    expect(understood({ label: 'old' }, 'label:"very urgent"')).toEqual({ label: 'very urgent' });
    expect(understood({ label: 'old', queue: 'claims' }, 'label: storm')).toEqual({ queue: 'claims', search: 'storm' });
  });
  it('what is spoken is understood', () => {
    const filters = {
      definition: 'claim',
      stage: 'intake',
      status: 'open',
      statusKind: 'open,paused',
      sla: 'atRisk,breached',
      queue: 'any',
      assignee: 'none',
      requester: 'anna@example.org',
      label: 'very urgent',
      field: 'expert:ben,perils:Water',
      search: 'broken window',
    };
    const text = [...narrowed(filters).map(({ key, value }) => spoken(key, value)), filters.search].join(' ');
    expect(understood({}, text)).toEqual(filters);
  });
});

it('a day is said as a day, and begins where the reader is', () => {
  const day = new Date(2026, 10, 5).toISOString();
  expect(understood({}, 'after:2026-11-05 priority:high')).toEqual({ createdFrom: day, priority: 'high' });
  expect(spoken('createdFrom', day)).toBe('after:2026-11-05');
  expect(understood({}, spoken('closedBefore', '2026-11-05T12:34:56.000Z'))).toEqual({
    closedBefore: '2026-11-05T12:34:56.000Z',
  });
  expect(understood({}, 'before:soon').search).toBe('before:soon');
});

it('fields are asked for by a value, and by their ends', () => {
  expect(understood({}, 'fields.amount>=100 storm')).toEqual({ field: 'amount>=100', search: 'storm' });
  expect(understood({ field: 'amount>=100' }, 'fields.amount<500 field.policy:HB-1')).toEqual({
    field: 'amount>=100,amount<500,policy:HB-1',
  });
  expect(understood({ field: 'amount>=100,policy:HB-1' }, 'fields.amount>=200')).toEqual({
    field: 'policy:HB-1,amount>=200',
  });
  expect(understood({}, spoken('field', 'amount>=100,visit<2026-02-01'))).toEqual({
    field: 'amount>=100,visit<2026-02-01',
  });
  expect(speaks('fields.amount>=100')).toBe(true);
});
