import { expect, it } from 'vitest';
import type { SearchHit } from '../../api/schema';
import { grouped, placeOf, tabOf } from './hits';
import { searchFilters } from './kinds';

const hit = (kind: string, id: string) => ({ kind, id }) as SearchHit;

it('hits are grouped by kind, the kind of the best one first', () => {
  const groups = grouped([hit('mail', '1'), hit('case', '2'), hit('mail', '3'), hit('unheard-of', '4')]);
  expect(groups.map(([kind, hits]) => [kind, hits.map(({ id }) => id)])).toEqual([
    ['mail', ['1', '3']],
    ['case', ['2']],
  ]);
});

it('the address says what is looked for, a number as well', () => {
  expect(searchFilters({ q: 4711, kind: 'mail' })).toEqual({ q: '4711', kind: 'mail' });
  expect(searchFilters({ q: '', kind: 'colour' })).toEqual({ q: undefined, kind: undefined });
});

it('a hit opens where it stands in its case', () => {
  expect(['case', 'comment', 'mail', 'file'].map((kind) => tabOf(hit(kind, '1')))).toEqual([
    'overview',
    'overview',
    'mail',
    'documents',
  ]);
});

const at = (kind: string, isOpen: boolean | null = null) =>
  placeOf({ ...hit(kind, '7'), case: { number: 'CLM-1' }, isOpen } as SearchHit);

it('what is of no case opens by itself, and so does a task that is to be done', () => {
  expect(at('record')).toEqual({ to: '/records/$id', params: { id: '7' } });
  expect(at('person')).toEqual({ to: '/cases', search: { assignee: '7' } });
  expect(at('task', true)).toEqual({ to: '/tasks/$id', params: { id: '7' } });
  expect(at('task', false)).toEqual({ to: '/cases/$ref/$tab', params: { ref: 'CLM-1', tab: 'overview' } });
  expect(at('mail')).toEqual({ to: '/cases/$ref/$tab', params: { ref: 'CLM-1', tab: 'mail' } });
});
