import { expect, it } from 'vitest';
import { filesIn, reasonsOf } from './duplicate-reasons';

it('each reason is told, a file by its name', () => {
  expect(reasonsOf({ reasons: [{ kind: 'same-requester' }, { kind: 'same-attachment', name: 'bill.pdf' }] })).toEqual([
    'same requester, similar title',
    'same file: bill.pdf',
  ]);
});

it('files of a form are those that its fields refer to', () => {
  const photo = { fileId: 'f1', name: 'roof.png' };
  expect(filesIn({ photos: [photo], extra: [1, null, { fileId: 2 }], title: 'x', none: null })).toEqual(['f1']);
});
