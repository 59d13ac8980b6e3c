import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';
import { describe, expect, it, vi } from 'vitest';
import type { CaseField } from '../../api/schema';
import { show } from '../../testing/render';
import { FieldInput } from './field';
import { FIELDS, type FieldKind } from './registry';

const KINDS = Object.keys(FIELDS) as FieldKind[];
const field = (type: FieldKind): CaseField => ({
  key: 'x',
  label: 'Damage',
  type,
  required: false,
  options: type === 'select' ? ['Water', 'Fire'] : [],
});

function Entered({ type, start, change }: { type: FieldKind; start: unknown; change: (value: unknown) => void }) {
  const [value, setValue] = useState(start);
  return (
    <FieldInput
      field={field(type)}
      value={value}
      change={(next) => {
        setValue(next);
        change(next);
      }}
    />
  );
}

async function edit(type: FieldKind, start: unknown = null) {
  const change = vi.fn<(value: unknown) => void>();
  await show(<Entered type={type} start={start} change={change} />);
  return { user: userEvent.setup(), change, input: (await screen.findAllByLabelText('Damage'))[0] as HTMLElement };
}

describe.each(KINDS)('a field of kind %s', (type) => {
  it('has the name of the field and tells what is wrong with it', async () => {
    await show(<FieldInput field={field(type)} value={null} error="not like this" change={() => undefined} />);
    expect((await screen.findAllByLabelText('Damage')).length).toBeGreaterThan(0);
    expect(screen.getByText('not like this')).toBeTruthy();
  });
  it('shows whatever it holds', async () => {
    const held = [undefined, '', 0, 'words', true, { a: 1 }, ['b']];
    await show(
      <>
        {held.map((value) => (
          <section key={JSON.stringify(value) ?? 'nothing'}>
            <FieldInput field={field(type)} value={value} change={() => undefined} />
          </section>
        ))}
      </>,
    );
    await screen.findAllByLabelText('Damage');
    const sections = [...document.querySelectorAll('section')];
    expect(sections.map((each) => within(each).queryAllByLabelText('Damage').length > 0)).toEqual(held.map(() => true));
  });
});

describe('what is entered is handed on as the server wants it', () => {
  it.each([
    ['string', 'HB-1', 'HB-1'],
    ['text', 'two{Enter}lines', 'two\nlines'],
    ['number', '1250.5', 1250.5],
    ['json', '{{"a":1}', { a: 1 }],
  ] as const)('%s', async (type, typed, wanted) => {
    const { user, input, change } = await edit(type);
    await user.type(input, typed);
    expect(change).toHaveBeenLastCalledWith(wanted);
    await user.clear(input);
    expect(change).toHaveBeenLastCalledWith(null);
  });
  it('boolean', async () => {
    const { user, input, change } = await edit('boolean');
    await user.click(input);
    expect(change).toHaveBeenLastCalledWith(true);
    await user.click(input);
    expect(change).toHaveBeenLastCalledWith(false);
  });
  it('date', async () => {
    const { user, input, change } = await edit('date');
    await user.type(input, '2026-11-21');
    expect(change).toHaveBeenLastCalledWith('2026-11-21');
  });
  it('datetime, as the instant it is where the person sits', async () => {
    const { user, input, change } = await edit('datetime');
    await user.type(input, '2026-11-21T10:30');
    expect(change).toHaveBeenLastCalledWith(new Date('2026-11-21T10:30').toISOString());
  });
  it('select', async () => {
    const { user, input, change } = await edit('select');
    await user.click(input);
    await user.click(await screen.findByRole('option', { name: 'Fire' }));
    expect(change).toHaveBeenLastCalledWith('Fire');
  });
  it('files, of which one is taken away again', async () => {
    const roof = { fileId: 'f1', name: 'roof.png', size: 7, contentType: 'image/png' };
    const wall = { fileId: 'f2', name: 'wall.png', size: 8, contentType: 'image/png' };
    const { user, change } = await edit('files', [roof, wall]);
    await user.click(screen.getByRole('button', { name: 'Remove roof.png' }));
    expect(change).toHaveBeenLastCalledWith([wall]);
    await user.click(screen.getByRole('button', { name: 'Remove wall.png' }));
    expect(change).toHaveBeenLastCalledWith(null);
  });
  it('JSON that holds references to files is edited as files', async () => {
    await edit('json', [{ fileId: 'f1', name: 'roof.png' }]);
    expect(screen.getByRole('button', { name: 'Remove roof.png' })).toBeTruthy();
  });
});
