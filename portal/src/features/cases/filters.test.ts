import { describe, expect, it } from 'vitest';
import { activeCount, ariaSort, caseFilters, COUNTED, nextSort, toQuery, withFilter } from './filters';

describe('case filters in the URL', () => {
  it('what is no filter is dropped, not refused', () => {
    expect(caseFilters({ stage: 'intake', nonsense: 'x', status: '', sort: 'color', search: 42 })).toEqual({
      stage: 'intake',
      search: '42',
    });
  });
  it('without a sort the newest change comes first', () => {
    expect(toQuery({}).sort).toBe('-updatedAt');
    expect(ariaSort(undefined, 'updatedAt')).toBe('descending');
    expect(ariaSort('number', 'number')).toBe('ascending');
  });
  it('a second click on a column turns its order around', () => {
    expect(nextSort(undefined, 'number')).toBe('number');
    expect(nextSort('number', 'number')).toBe('-number');
    expect(nextSort('-updatedAt', 'updatedAt')).toBe('updatedAt');
  });
  it('another definition drops stage and status, which belong to the one before', () => {
    expect(
      withFilter({ definition: 'claim', stage: 'intake', status: 'open', queue: 'claims' }, 'definition', 'loan'),
    ).toEqual({ definition: 'loan', queue: 'claims' });
  });
  it('sorting is no filter', () => {
    expect(activeCount({ sort: 'number' })).toBe(0);
    expect(activeCount({ sort: 'number', search: 'x' })).toBe(1);
  });
});
it('what the first screen counts is exactly the list that its link opens', () => {
  for (const counted of Object.values(COUNTED)) expect(toQuery(caseFilters({ ...counted }))).toEqual(toQuery(counted));
  expect(COUNTED.atRisk.statusKind).toBe('open,paused');
});
it('what is only looked at, and how the board is laid out, is nothing that the server is asked for', () => {
  expect(toQuery({ peek: 'CLM-1', axis: 'queue', view: 'x', columns: 'number', stage: 'intake' })).toEqual({
    stage: 'intake',
    sort: '-updatedAt',
  });
});
