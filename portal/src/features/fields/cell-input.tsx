/** One cell of a table: its column is a field of one of the simple types. */
import type { ComponentType } from 'react';
import type { CaseColumn, CaseField } from '../../api/schema';
import { later } from '../../ui/later';
import type { EditorProps } from './editor';
import { ChoiceInput, DayInput, LineInput, LinesInput, YesNoInput } from './inputs';
import { labelOf } from './labels';
import { MoneyInput } from './money-input';

const NumeralInput = later<EditorProps>(async () => (await import('./numeral-input')).NumeralInput);

const CELLS: Partial<Record<NonNullable<CaseColumn['type']>, ComponentType<EditorProps>>> = {
  string: LineInput,
  text: LinesInput,
  number: NumeralInput,
  boolean: YesNoInput,
  date: DayInput,
  select: ChoiceInput,
  money: MoneyInput,
};

export function CellInput({
  column,
  value,
  change,
}: {
  column: CaseColumn;
  value: unknown;
  change: (value: unknown) => void;
}) {
  const Editor = CELLS[column.type ?? 'string'] ?? LineInput;
  const field: CaseField = { ...column, type: column.type ?? 'string', required: column.required === true };
  return (
    <Editor
      field={field}
      label={labelOf(column)}
      required={field.required}
      options={column.options ?? []}
      value={value ?? null}
      change={change}
    />
  );
}
