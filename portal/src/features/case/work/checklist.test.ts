import { expect, it } from 'vitest';
import { linesOf, textOf } from './checklist';

it('a line that stays keeps its id, wherever it is put, and a second one of its kind is new', () => {
  const known = [
    { id: '1', title: 'Ask' },
    { id: '2', title: 'Order' },
  ];
  expect(textOf(known)).toBe('Ask\nOrder');
  expect(linesOf(' Order \n\nAsk\nAsk\n', known)).toEqual([
    { id: '2', title: 'Order' },
    { id: '1', title: 'Ask' },
    { title: 'Ask' },
  ]);
});
