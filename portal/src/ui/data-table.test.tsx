import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';
import { beforeEach, expect, it, vi } from 'vitest';
import { show } from '../testing/render';
import { DataTable, type Column, type Selection } from './data-table';

interface Row {
  id: string;
  title: string;
}
const rows = (count: number): Row[] =>
  Array.from({ length: count }, (_, index) => ({ id: `c${index}`, title: `Case ${index}` }));
const columns: Column<Row>[] = [
  { id: 'id', header: 'Number', sort: 'number', cell: (row) => row.id },
  { id: 'title', header: 'Title', rowHeader: true, cell: (row) => row.title },
];
const HEIGHT = 440;

beforeEach(() => {
  // The document of the tests has no layout: a row is as high as it says, everything else as high as the window of the list.
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(HEIGHT);
  vi.spyOn(HTMLElement.prototype, 'offsetHeight', 'get').mockReturnValue(44);
});

interface Given {
  open?: (row: Row) => void;
  more?: () => void;
  total?: number;
  selection?: Selection;
}
function Table({ count, open = () => undefined, more, total, selection }: Given & { count: number }) {
  const [sorted, setSorted] = useState<'none' | 'ascending'>('none');
  return (
    <>
      <input aria-label="Elsewhere" />
      <DataTable
        caption="Cases"
        rows={rows(count)}
        total={total}
        columns={columns}
        rowKey={(row) => row.id}
        rowTestId="row"
        open={open}
        sort={{ of: () => sorted, toggle: () => setSorted('ascending') }}
        more={more}
        selection={selection}
        hasMore={more !== undefined}
      />
    </>
  );
}
const at = (title: string) => screen.getByText(title).closest('tr')?.dataset.current;

it('of many rows only those in view are in the document; the table says how many there are', async () => {
  await show(<Table count={500} total={4_000} />);
  await screen.findByText('Case 0');
  const table = screen.getByRole('table', { name: 'Cases' });
  expect(table.getAttribute('aria-rowcount')).toBe('4001');
  expect(screen.getAllByTestId('row').length).toBeLessThan(40);
  expect(screen.getByText('Case 3').closest('tr')?.getAttribute('aria-rowindex')).toBe('5');
  expect(screen.getByRole('rowheader', { name: 'Case 3' })).toBeTruthy();
});
it('rows are chosen and opened by keys, which are left alone while someone types', async () => {
  const open = vi.fn<(row: Row) => void>();
  const user = userEvent.setup();
  await show(<Table count={5} open={open} />);
  await screen.findByText('Case 0');
  await user.keyboard('{Enter}');
  expect(open).not.toHaveBeenCalled();
  await user.keyboard('jj');
  expect(at('Case 1')).toBe('true');
  await user.keyboard('{ArrowUp}');
  expect(at('Case 0')).toBe('true');
  await user.keyboard('k{Enter}');
  expect(open).toHaveBeenCalledExactlyOnceWith({ id: 'c0', title: 'Case 0' });
  await user.type(screen.getByLabelText('Elsewhere'), 'jj{Enter}');
  expect(at('Case 0')).toBe('true');
  expect(open).toHaveBeenCalledOnce();
  expect(screen.getByLabelText<HTMLInputElement>('Elsewhere').value).toBe('jj');
});
it('single keys can be switched off; the arrows stay', async () => {
  const user = userEvent.setup();
  localStorage.setItem('casewright.shortcuts', 'off');
  await show(<Table count={5} />);
  await screen.findByText('Case 0');
  await user.keyboard('j');
  expect(at('Case 0')).toBe('false');
  await user.keyboard('{ArrowDown}');
  expect(at('Case 0')).toBe('true');
});
it('rows are chosen by their boxes and by x, with shift as a range', async () => {
  const toggle = vi.fn<(key: string, range: boolean) => void>();
  const toggleAll = vi.fn<() => void>();
  const user = userEvent.setup();
  await show(<Table count={5} selection={{ has: (key) => key === 'c1', all: 'some', toggle, toggleAll }} />);
  await screen.findByText('Case 0');
  expect(screen.getByText('Case 1').closest('tr')?.dataset.chosen).toBe('true');
  await user.keyboard('jx');
  expect(toggle).toHaveBeenLastCalledWith('c0', false);
  await user.keyboard('jj{Shift>}X{/Shift}');
  expect(toggle).toHaveBeenLastCalledWith('c2', true);
  await user.click(screen.getByRole('checkbox', { name: 'Choose row 4' }));
  expect(toggle).toHaveBeenLastCalledWith('c3', false);
  const all = screen.getByRole<HTMLInputElement>('checkbox', { name: 'Choose all rows that are loaded' });
  expect(all.indeterminate).toBe(true);
  await user.click(all);
  expect(toggleAll).toHaveBeenCalledOnce();
});
it('a head that sorts says by what it is sorted, and the others say nothing', async () => {
  const user = userEvent.setup();
  await show(<Table count={3} />);
  await screen.findByText('Case 0');
  expect(screen.getByRole('columnheader', { name: 'Number' }).getAttribute('aria-sort')).toBe('none');
  expect(screen.getByRole('columnheader', { name: 'Title' }).hasAttribute('aria-sort')).toBe(false);
  await user.click(screen.getByRole('button', { name: 'Number' }));
  expect(screen.getByRole('columnheader', { name: 'Number' }).getAttribute('aria-sort')).toBe('ascending');
});
it('more rows are asked for before the last ones come into view, and not earlier', async () => {
  const more = vi.fn<() => void>();
  await show(<Table count={500} more={more} />);
  await screen.findByText('Case 0');
  expect(more).not.toHaveBeenCalled();
  const region = screen.getByRole('region', { name: 'Cases' });
  region.scrollTop = 500 * 44 - HEIGHT;
  region.dispatchEvent(new Event('scroll'));
  await waitFor(() => expect(more).toHaveBeenCalled());
});
