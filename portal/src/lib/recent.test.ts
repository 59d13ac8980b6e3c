import { beforeEach, expect, it } from 'vitest';
import { draftsOf, forgetDrafts, writeDraft, writtenTo } from './drafts';
import { caseIn, recentCases, seeCase } from './recent';

beforeEach(() => {
  localStorage.clear();
  draftsOf('anna', 1_000);
});

it('the case seen last comes first, each once, and no more than eight', () => {
  for (let number = 1; number <= 10; number += 1) seeCase(`CLM-${number}`, 1_000);
  seeCase('CLM-5', 1_000);
  expect(recentCases(1_000)).toEqual(['CLM-5', 'CLM-10', 'CLM-9', 'CLM-8', 'CLM-7', 'CLM-6', 'CLM-4', 'CLM-3']);
});

it('what one person has seen is not shown to the next one, and goes when they go', () => {
  seeCase('CLM-1', 1_000);
  draftsOf('ben', 1_000);
  expect(recentCases(1_000)).toEqual([]);
  draftsOf('anna', 1_000);
  forgetDrafts();
  expect(recentCases(1_000)).toEqual([]);
});

it('only the page of a case is one', () => {
  expect(caseIn('/cases/CLM-000042/mail')).toBe('CLM-000042');
  expect(caseIn('/cases/board')).toBeNull();
  expect(caseIn('/tasks/1')).toBeNull();
});

it('a case with something unsent is found by what was written for it, the newest first', () => {
  writeDraft('comment.a', 'half a sentence', 1_000);
  writeDraft('mail.b', 'Dear', 2_000);
  writeDraft('mail.a', 'Dear', 3_000);
  writeDraft('mail-to.c', '{}', 3_000);
  expect(writtenTo(['comment', 'mail'])).toEqual([
    { kind: 'mail', id: 'a', text: 'Dear' },
    { kind: 'mail', id: 'b', text: 'Dear' },
    { kind: 'comment', id: 'a', text: 'half a sentence' },
  ]);
  draftsOf('ben', 3_000);
  expect(writtenTo(['comment', 'mail'])).toEqual([]);
});
