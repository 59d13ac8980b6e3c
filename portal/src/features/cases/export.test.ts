import { expect, it } from 'vitest';
import { exportPath, isWhole } from './export';

it('a file has the columns, the filters and the order of the list', () => {
  const asked = new URLSearchParams(
    exportPath(
      { stage: 'intake', columns: 'number,field.amount', sort: 'dueAt', view: 'x', peek: 'CLM-1' },
      true,
    ).split('?')[1],
  );
  expect(Object.fromEntries(asked)).toEqual({
    stage: 'intake',
    columns: 'number,field.amount',
    sort: 'dueAt',
    byteOrderMark: 'true',
  });
});
it('a file without its last line has broken off', () => {
  expect(isWhole('Number\r\nCLM-1\r\n# end: 1 of 1 cases\r\n')).toBe(true);
  expect(isWhole('Number\r\nCLM-1\r\n')).toBe(false);
  expect(isWhole('Number\r\n# end: 1 of 1 cases\r\nCLM-1\r\n')).toBe(false);
});
