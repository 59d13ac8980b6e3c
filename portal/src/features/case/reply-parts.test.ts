import { expect, it } from 'vitest';
import type { Case, Mail, MailTemplateSummary } from '../../api/schema';
import { doing } from './presence';
import { addressed, filesOf, forwarding, quoted, storedEnvelope, takenBack } from './reply-draft';
import { localTime, morning, untilMonday } from './reply-later';
import { finishedShortcut, inserted } from './reply-template';

const item = { id: 'c1', title: 'Roof', requester: null, version: 7 } as unknown as Case;
const file = (id: string, state: string) => ({ fileId: id, name: id, size: 1, contentType: 'text/plain', state });
const mail = {
  id: 'm1',
  direction: 'in',
  from: { name: 'Clara', address: 'clara@customer.example' },
  to: [{ name: 'Claims', address: 'claims@harbor.example' }],
  cc: [{ name: 'L', address: 'lawyer@customer.example' }],
  bcc: ['boss@harbor.example'],
  subject: 'Roof',
  text: 'One\nTwo\n',
  attachments: [file('f1', 'kept'), file('f2', 'quarantined')],
} as unknown as Mail;
const hello = { id: 't1', shortcut: 'hello' } as MailTemplateSummary;

it('a shortcut counts when it was finished last and stands alone', () => {
  expect(finishedShortcut('Dear Clara,\n/hello ', ['hello'])).toEqual({ shortcut: 'hello', from: 12 });
  expect(finishedShortcut('/hello\n', ['hello'])?.from).toBe(0);
  for (const text of ['/hello', 'x/hello ', '/hello you ', 'https://x/hello ', '/hell '])
    expect(finishedShortcut(text, ['hello'])).toBeNull();
});
it('a passage comes where its shortcut was typed, and what was typed meanwhile stays', () => {
  expect(inserted('Dear /hello you', { template: hello, from: 5 }, 'friend')).toBe('Dear friend you');
  expect(inserted('Something else', { template: hello, from: 5 }, 'friend')).toBe('Something else\n\nfriend');
  expect(inserted(' ', { template: hello, from: null }, 'friend')).toBe('friend');
});
it('a reply goes to who wrote, a reply to all to their copies as well, a mail passed on to nobody yet', () => {
  expect(addressed(mail, item, null, true).copy).toBe('');
  expect(addressed(mail, item, null).copy).toBe('lawyer@customer.example');
  const passed = forwarding(mail, item, 'm1');
  expect([passed.people, passed.answers, passed.forwards, passed.subject]).toEqual(['', null, 'm1', 'Fwd: Roof']);
  expect(filesOf(mail).map((each) => each.id)).toEqual(['f1']);
  expect(quoted(mail, 'Clara wrote:')).toBe('\n\nClara wrote:\n> One\n> Two');
});
it('what was taken back is as it was written, and what is sent says what was seen', () => {
  const back = takenBack(mail, item);
  expect([back.people, back.copy, back.hidden]).toEqual([
    'claims@harbor.example',
    'lawyer@customer.example',
    'boss@harbor.example',
  ]);
  expect(storedEnvelope(JSON.stringify(back))).toEqual(back);
  expect(addressed(mail, item, null).version).toBe(7);
});
it('the times that are offered are mornings to come', () => {
  const friday = new Date(2026, 0, 2, 17, 30);
  expect(localTime(friday)).toBe('2026-01-02T17:30');
  expect(localTime(morning(friday, 1))).toBe('2026-01-03T08:00');
  expect(untilMonday(friday)).toBe(3);
  expect(untilMonday(new Date(2026, 0, 5))).toBe(7);
});
it('who writes is said in a sentence', () => {
  expect(doing({ name: 'Ben', activity: 'replying' })).toBe('Ben is writing a reply');
});
