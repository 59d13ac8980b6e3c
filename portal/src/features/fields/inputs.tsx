/** The editors of fields that are one input. */
import { Checkbox, NumberInput, Select, Textarea, TextInput } from '@mantine/core';
import type { ChangeEvent } from 'react';
import { t } from '../../i18n';
import { fieldValue, localInput, localInstant } from '../../lib/format';
import type { EditorProps } from './editor';

type Entry = ChangeEvent<HTMLInputElement | HTMLTextAreaElement>;

const shown = (value: unknown): string => (typeof value === 'string' ? value : value == null ? '' : fieldValue(value));
const entered = (event: Entry): string | null => (event.currentTarget.value === '' ? null : event.currentTarget.value);

export function LineInput({ label, required, error, value, change }: EditorProps) {
  const common = { label, required, error };
  return <TextInput {...common} value={shown(value)} onChange={(event) => change(entered(event))} />;
}

export function LinesInput({ label, required, error, value, change }: EditorProps) {
  return (
    <Textarea
      label={label}
      required={required}
      error={error}
      autosize
      minRows={2}
      maxRows={12}
      value={shown(value)}
      onChange={(event) => change(entered(event))}
    />
  );
}

export function NumeralInput({ label, required, error, value, change }: EditorProps) {
  return (
    <NumberInput
      label={label}
      required={required}
      error={error}
      thousandSeparator=" "
      value={typeof value === 'number' ? value : ''}
      onChange={(next) => change(next === '' ? null : Number(next))}
    />
  );
}

export function YesNoInput({ label, error, value, change }: EditorProps) {
  return (
    <Checkbox
      label={label}
      error={error}
      checked={value === true}
      onChange={(event) => change(event.currentTarget.checked)}
    />
  );
}

export function DayInput({ label, required, error, value, change }: EditorProps) {
  const common = { label, required, error };
  return <TextInput {...common} type="date" value={shown(value)} onChange={(event) => change(entered(event))} />;
}

export function InstantInput({ label, required, error, value, change }: EditorProps) {
  return (
    <TextInput
      label={label}
      required={required}
      error={error}
      type="datetime-local"
      value={localInput(value)}
      onChange={(event) => change(localInstant(event.currentTarget.value))}
    />
  );
}

/** Without options every text is taken. */
export function ChoiceInput(props: EditorProps) {
  const { label, required, error, options, value, change } = props;
  if (options.length === 0) return <LineInput {...props} />;
  return (
    <Select
      label={label}
      required={required}
      error={error}
      data={options}
      clearable={!required}
      clearButtonProps={{ 'aria-label': t('Clear') }}
      value={typeof value === 'string' ? value : null}
      onChange={change}
    />
  );
}
