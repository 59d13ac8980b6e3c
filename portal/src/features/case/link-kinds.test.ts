import { expect, it } from 'vitest';
import type { LinkKind } from '../../api/schema';
import { grouped } from './link-kinds';

const link = (kind: LinkKind, isIncoming: boolean, number: string) => ({ kind, isIncoming, number });

it('links are told by what they say of this case, those of one kind together', () => {
  const links = [
    link('child-of', true, 'A-1'),
    link('duplicates', true, 'A-2'),
    link('relates-to', true, 'A-3'),
    link('child-of', true, 'A-4'),
    link('relates-to', false, 'A-5'),
  ];
  expect(grouped(links).map((group) => [group.name, ...group.links.map((each) => each.number)])).toEqual([
    ['Relates to', 'A-3', 'A-5'],
    ['Is duplicated by', 'A-2'],
    ['Has as a part', 'A-1', 'A-4'],
  ]);
});
