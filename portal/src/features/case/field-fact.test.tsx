import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, it } from 'vitest';
import type { Case, CaseDefinition } from '../../api/schema';
import { serve, show, type Asked } from '../../testing/render';
import { FieldFacts } from './field-facts';

const item = {
  id: 'c1',
  number: 'CLM-1',
  version: 3,
  title: 'Roof',
  fields: { policy: 'HB-1', total: 7 },
} as unknown as Case;
const definition = {
  key: 'claim',
  fields: [
    { key: 'policy', label: 'Policy', labels: { de: 'Police' }, type: 'string', required: true },
    { key: 'broker', label: 'Broker', type: 'string', required: false, visibleWhen: 'policy = "B"' },
    { key: 'total', label: 'Total', type: 'computed', result: 'number', required: false, formula: '7' },
  ],
} as unknown as CaseDefinition;

const EVALUATE = 'POST /api/v1/case-definitions/claim/evaluate';
const states = (broker: boolean) => ({
  body: {
    fields: {
      policy: { visible: true, required: true, value: null },
      broker: { visible: broker, required: false, value: null },
      total: { visible: true, required: false, value: 7 },
    },
  },
});
const facts = (may = true) => <FieldFacts item={item} definition={definition} may={may} onConflict={() => undefined} />;

it('a field is changed where it stands, with the version that was read, and what is typed stays when it is refused', async () => {
  let refuse = true;
  const asked = serve({
    [EVALUATE]: states(true),
    'PATCH /api/v1/cases/c1': () =>
      refuse
        ? {
            status: 422,
            body: {
              status: 422,
              code: 'invalid-case',
              detail: 'One value is not acceptable.',
              errors: [{ pointer: '/fields/policy', code: 'pattern', detail: 'not written as it should be' }],
            },
          }
        : { body: { ...item, version: 4, fields: { policy: 'HB-12' } } },
  });
  await show(facts());
  const user = userEvent.setup();
  await user.click(await screen.findByRole('button', { name: 'Policy: HB-1. Change' }));
  await user.type(screen.getByLabelText(/Policy/), '2');
  await user.click(screen.getByRole('button', { name: 'Save' }));
  expect(await screen.findByText('not written as it should be')).toBeTruthy();
  expect((screen.getByLabelText(/Policy/) as HTMLInputElement).value).toBe('HB-12');
  refuse = false;
  await user.click(screen.getByRole('button', { name: 'Save' }));
  await waitFor(() => expect(screen.queryByRole('button', { name: 'Save' })).toBeNull());
  const sent = asked.filter(({ method }: Asked) => method === 'PATCH').map(({ body }) => body);
  expect(sent).toEqual([{ fields: { policy: 'HB-12' } }, { fields: { policy: 'HB-12' } }]);
});

it('what is hidden is not there, what is computed has no button, and whoever may not change anything has none', async () => {
  serve({ [EVALUATE]: states(false) });
  await show(facts());
  await waitFor(() => expect(screen.queryByText('Broker')).toBeNull());
  const changing = screen.getAllByRole('button', { name: /Change$/ });
  expect(changing.map((button) => button.getAttribute('aria-label'))).toEqual(['Policy: HB-1. Change']);
});

it('a reader sees what there is', async () => {
  serve({ [EVALUATE]: states(true) });
  await show(facts(false));
  expect(screen.getByText('HB-1')).toBeTruthy();
  expect(screen.queryByText('Broker')).toBeNull();
  expect(screen.queryAllByRole('button', { name: /Change$/ })).toEqual([]);
});
