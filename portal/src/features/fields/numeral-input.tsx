/** A number. Apart from the others: what writes it in groups is as large as all of them together. */
import { NumberInput } from '@mantine/core';
import type { EditorProps } from './editor';

export function NumeralInput({ label, description, required, error, value, change }: EditorProps) {
  return (
    <NumberInput
      label={label}
      description={description}
      required={required}
      error={error}
      thousandSeparator=" "
      value={typeof value === 'number' ? value : ''}
      onChange={(next) => change(next === '' ? null : Number(next))}
    />
  );
}
