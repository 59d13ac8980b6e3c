import { expect, it } from 'vitest';
import { shown, tabsOf } from './tabs';

const ofCase = { caseNumber: 'CLM-1', processInstanceId: 'p' };
const alone = { caseNumber: null, processInstanceId: 'p' };

it('beside the form the evidence needs no tab; on a narrow screen it is tabs', () => {
  expect(tabsOf(ofCase, true)).toEqual(['form', 'process', 'case']);
  expect(tabsOf(ofCase, false)).toEqual(['form', 'mail', 'documents', 'timeline', 'process', 'case']);
  expect(tabsOf(alone, false)).toEqual(['form', 'process']);
  expect(tabsOf({ ...ofCase, processInstanceId: null }, true)).toEqual(['form', 'case']);
});
it('an address of evidence opens it beside the form, or alone where there is no room', () => {
  expect(shown(ofCase, 'documents', true)).toEqual({ tab: 'form', form: true, evidence: 'documents' });
  expect(shown(ofCase, 'documents', false)).toEqual({ tab: 'documents', form: false, evidence: 'documents' });
  expect(shown(ofCase, 'form', true)).toEqual({ tab: 'form', form: true, evidence: 'mail' });
  expect(shown(ofCase, 'form', false)).toEqual({ tab: 'form', form: true, evidence: null });
  expect(shown(ofCase, 'process', true)).toEqual({ tab: 'process', form: false, evidence: null });
});
it('a task of no case has its form alone', () => {
  for (const isWide of [true, false])
    expect(shown(alone, 'mail', isWide)).toEqual({ tab: 'form', form: true, evidence: null });
});
