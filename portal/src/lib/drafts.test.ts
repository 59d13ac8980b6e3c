import { beforeEach, expect, it } from 'vitest';
import { draftsOf, forgetDrafts, readDraft, readForm, writeDraft, writeForm } from './drafts';

beforeEach(() => {
  localStorage.clear();
  sessionStorage.clear();
});

it('what a person wrote is gone when they sign out, and what others wrote is not', () => {
  draftsOf('ben', 1000);
  writeDraft('comment/1', 'Of Ben', 1000);
  draftsOf('anna', 1000);
  writeDraft('comment/1', 'The knee of a customer', 1000);
  writeForm('task/1', { iban: 'DE02' });
  localStorage.setItem('casewright.theme', 'dark');
  forgetDrafts();
  expect(readDraft('comment/1', 1000)).toBe('');
  expect(readForm('task/1')).toEqual({});
  expect(localStorage.getItem('casewright.theme')).toBe('dark');
  draftsOf('ben', 1000);
  expect(readDraft('comment/1', 1000)).toBe('Of Ben');
});
