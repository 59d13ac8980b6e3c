import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';
import { describe, expect, it, vi } from 'vitest';
import type { CaseField } from '../../api/schema';
import { serve, show } from '../../testing/render';
import { FieldInput } from './field';
import type { FieldKind } from './registry';

const ONE = { key: 'x', label: 'Damage', required: false };

function Entered({ field, start, change }: { field: CaseField; start: unknown; change: (value: unknown) => void }) {
  const [value, setValue] = useState(start);
  return (
    <FieldInput
      field={field}
      value={value}
      change={(next) => {
        setValue(next);
        change(next);
      }}
    />
  );
}

async function edit(type: FieldKind, more: Partial<CaseField> = {}, start: unknown = null) {
  const change = vi.fn<(value: unknown) => void>();
  await show(<Entered field={{ ...ONE, type, ...more }} start={start} change={change} />);
  // An editor with code of its own comes a moment later.
  await screen.findAllByLabelText(ONE.label);
  return { user: userEvent.setup(), change };
}

describe('money', () => {
  it('is an amount and one of the currencies, and what is no amount stays as it was typed', async () => {
    const { user, change } = await edit('money', { currencies: ['EUR', 'JPY'] });
    const amount = screen.getByLabelText('Damage');
    await user.type(amount, '1,250.5');
    expect(change).toHaveBeenLastCalledWith({ amount: '1250.5', currency: 'EUR' });
    expect((amount as HTMLInputElement).value).toBe('1,250.5');
    await user.click(screen.getAllByLabelText('Currency of Damage')[0] as HTMLElement);
    await user.click(await screen.findByRole('option', { name: 'JPY' }));
    expect(change).toHaveBeenLastCalledWith({ amount: '1250.5', currency: 'JPY' });
    await user.clear(amount);
    expect(change).toHaveBeenLastCalledWith(null);
    await user.type(amount, 'about 7');
    expect((amount as HTMLInputElement).value).toBe('about 7');
    expect(change).toHaveBeenLastCalledWith({ amount: 'about 7', currency: 'JPY' });
  });
});

describe('several options', () => {
  it('are chosen and taken away, and one that is no option any more is still shown', async () => {
    const { user, change } = await edit('multi-select', { options: ['Water', 'Fire'] }, ['Old']);
    expect(screen.getAllByText('Old').length).toBeGreaterThan(0);
    await user.click(screen.getAllByLabelText('Damage')[0] as HTMLElement);
    await user.click(await screen.findByRole('option', { name: 'Fire' }));
    expect(change).toHaveBeenLastCalledWith(['Old', 'Fire']);
  });
});

describe('a person', () => {
  it('is found by name and handed on with it', async () => {
    const asked = serve({ 'GET /api/v1/users': { body: { items: [{ id: 'ben', name: 'Ben Okafor' }] } } });
    const { user, change } = await edit('person');
    const input = screen.getAllByLabelText('Damage')[0] as HTMLElement;
    await user.type(input, 'oka');
    await waitFor(() => expect(asked.some(({ search }) => search.get('search') === 'oka')).toBe(true));
    await user.click(await screen.findByRole('option', { name: 'Ben Okafor' }));
    expect(change).toHaveBeenLastCalledWith({ id: 'ben', name: 'Ben Okafor' });
  });
});

describe('another case', () => {
  it('is looked for among those of the kind the field asks for', async () => {
    const asked = serve({
      'GET /api/v1/cases': { body: { items: [{ id: 'c-7', number: 'CLM-000007', title: 'Roof' }] } },
    });
    const { user, change } = await edit('reference', { definition: 'claim' });
    await user.click(screen.getAllByLabelText('Damage')[0] as HTMLElement);
    await user.click(await screen.findByRole('option', { name: 'CLM-000007 Roof' }));
    expect(change).toHaveBeenLastCalledWith({ id: 'c-7', number: 'CLM-000007' });
    expect(asked[0]?.search.get('definition')).toBe('claim');
  });
  it('that the reader may not see keeps its number', async () => {
    serve({ 'GET /api/v1/cases': { body: { items: [] } } });
    await edit('reference', {}, { id: 'c-9', number: 'SEC-000001' });
    expect((screen.getAllByLabelText('Damage')[0] as HTMLInputElement).value).toBe('SEC-000001');
  });
});

describe('a table', () => {
  it('gets rows, cells and loses rows, up to as many as it takes', async () => {
    const columns: CaseField['columns'] = [
      { key: 'what', label: 'What' },
      { key: 'worth', label: 'Worth', type: 'number' },
    ];
    const { user, change } = await edit('table', { columns, maxItems: 2 });
    const add = screen.getByRole('button', { name: 'Add a row to Damage' });
    await user.click(add);
    const first = within(screen.getByRole('group', { name: 'Damage, row 1' }));
    await user.type(first.getByLabelText('What'), 'Sofa');
    await user.type(first.getByLabelText('Worth'), '7');
    expect(change).toHaveBeenLastCalledWith([{ what: 'Sofa', worth: 7 }]);
    await user.click(add);
    expect((add as HTMLButtonElement).disabled).toBe(true);
    await user.click(screen.getByRole('button', { name: 'Remove row 1 of Damage' }));
    expect(change).toHaveBeenLastCalledWith([{}]);
    await user.click(screen.getByRole('button', { name: 'Remove row 1 of Damage' }));
    expect(change).toHaveBeenLastCalledWith(null);
  });
});

describe('a duration', () => {
  it('is entered in days, hours and minutes', async () => {
    const { user, change } = await edit('duration');
    await user.type(screen.getByLabelText('Days'), '2');
    await user.type(screen.getByLabelText('Hours'), '4');
    expect(change).toHaveBeenLastCalledWith('P2DT4H');
  });
  it('of months is edited as it is written', async () => {
    await edit('duration', {}, 'P6M');
    expect((screen.getByLabelText('Damage') as HTMLInputElement).value).toBe('P6M');
  });
});

describe('a time with its zone', () => {
  it('keeps the zone when the time changes, and the time when the zone does', async () => {
    const { user, change } = await edit('datetime', { zoned: true }, '2026-12-24T10:00:00+01:00[Europe/Berlin]');
    const input = screen.getByLabelText('Damage');
    await user.clear(input);
    await user.type(input, '2026-12-25T09:00');
    expect(change).toHaveBeenLastCalledWith('2026-12-25T09:00:00+01:00[Europe/Berlin]');
  });
});

describe('what is computed', () => {
  it('can be read and not written', async () => {
    const { user, change } = await edit('computed', { result: 'number' }, 1250);
    const input = screen.getByLabelText('Damage');
    expect((input as HTMLInputElement).value).toBe('1,250');
    await user.type(input, '9');
    expect(change).not.toHaveBeenCalled();
  });
});
