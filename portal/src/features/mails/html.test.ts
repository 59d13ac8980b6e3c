import { describe, expect, it } from 'vitest';
import { addresses, frameDocument, pictureNames, replySubject, senderName, splitQuote } from './html';

// What `harmless` removes is tested in a real browser (dev/smoke.mjs): DOMPurify does not run on a simulated document.
describe('HTML of strangers', () => {
  it('a picture that is part of the mail is known by its file, whatever signed address the server gave it', () => {
    const parts = [{ fileId: 'f-1', contentId: 'roof@x' }];
    const first = pictureNames(
      '<img alt="a" src="https://files.example/files/f-1/content?expires=1&signature=a">',
      parts,
    );
    expect(first).toBe('<img alt="a" src="cid:f-1">');
    expect(
      pictureNames('<img alt="a" src="https://files.example/files/f-1/content?expires=2&signature=b">', parts),
    ).toBe(first);
    expect(pictureNames('<img src="cid:roof@x">', parts)).toBe('<img src="cid:f-1">');
    expect(pictureNames('<img src="https://spy.example/a.png">', parts)).toContain('spy.example');
  });
  it('the frame allows no script and no connection', () => {
    expect(frameDocument('x', false, 'n')).toContain("default-src 'none'; img-src data: blob:");
  });
});

describe('mail as text', () => {
  it('the quoted tail is folded away with the line that announces it', () => {
    expect(splitQuote('Yes.\n\nOn Monday Clara wrote:\n> Will you?\n> Bye')).toEqual({
      fresh: 'Yes.',
      quoted: 'On Monday Clara wrote:\n> Will you?\n> Bye',
    });
    expect(splitQuote('Just text.')).toEqual({ fresh: 'Just text.', quoted: '' });
  });
  it('an answer says Re: once', () => {
    expect(replySubject('Roof')).toBe('Re: Roof');
    expect(replySubject('AW: Roof')).toBe('AW: Roof');
  });
  it('addresses are taken as people type them, and mistakes are named', () => {
    expect(addresses('Clara <c@x.example>; b@y.example,\nnope')).toEqual({
      valid: ['c@x.example', 'b@y.example'],
      invalid: ['nope'],
    });
  });
  it('a broken mail has no sender', () => {
    expect(senderName({ from: null })).toBe('Unknown sender');
    expect(senderName({ from: { name: '', address: 'a@x.example' } })).toBe('a@x.example');
  });
});
