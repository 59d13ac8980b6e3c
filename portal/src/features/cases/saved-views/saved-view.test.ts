import { expect, it } from 'vitest';
import { contentOf, isChanged, searchOf, toggled } from './saved-view';

const view = { id: 'v1', filters: { assignee: 'me', sort: 'dueAt' }, columns: ['number', 'title', 'field.amount'] };

it('the address of a view spells out what it keeps', () => {
  const search = searchOf(view);
  expect(search).toEqual({ assignee: 'me', sort: 'dueAt', columns: 'number,title,field.amount', view: 'v1' });
  expect(contentOf(search)).toEqual({ filters: view.filters, columns: view.columns });
  expect(searchOf({ id: 'v2', filters: {}, columns: [] })).toEqual({ view: 'v2' });
});
it('a list that moved away from its view is told from it', () => {
  expect(isChanged(view, searchOf(view))).toBe(false);
  expect(isChanged(view, { ...searchOf(view), queue: 'claims' })).toBe(true);
  expect(isChanged(view, { ...searchOf(view), sort: undefined })).toBe(true);
  expect(isChanged(view, { ...searchOf(view), columns: 'title' })).toBe(true);
});
it('a pin is put at the end and taken out where it is', () => {
  expect(toggled(['a', 'b'], 'c')).toEqual(['a', 'b', 'c']);
  expect(toggled(['a', 'b'], 'a')).toEqual(['b']);
});
