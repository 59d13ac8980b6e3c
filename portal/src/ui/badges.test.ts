import { expect, it } from 'vitest';
import { personName } from './badges';

it('a machine that acts for somebody says for whom', () => {
  const anna = { id: 'anna', name: 'Anna Meyer' };
  expect(personName({ id: 'system:external-tasks', name: 'Casewright', onBehalfOf: anna })).toBe(
    'Casewright on behalf of Anna Meyer',
  );
  expect(personName({ id: 'system:sla', name: 'SLA', onBehalfOf: null })).toBe('Casewright');
  expect(personName(anna)).toBe('Anna Meyer');
});
