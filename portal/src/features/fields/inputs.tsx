/** The editors of fields that are one input. */
import { Checkbox, MultiSelect, Select, TagsInput, Textarea, TextInput } from '@mantine/core';
import type { ChangeEvent } from 'react';
import { t } from '../../i18n';
import { fieldValue, localInput, localInstant } from '../../lib/format';
import type { EditorProps } from './editor';
import { zonedIn } from './zoned';
import { ZonedInput } from './zoned-input';

type Entry = ChangeEvent<HTMLInputElement | HTMLTextAreaElement>;

const shown = (value: unknown): string => (typeof value === 'string' ? value : value == null ? '' : fieldValue(value));
const entered = (event: Entry): string | null => (event.currentTarget.value === '' ? null : event.currentTarget.value);

export function LineInput({ label, description, required, error, value, change }: EditorProps) {
  const common = { label, description, required, error };
  return <TextInput {...common} value={shown(value)} onChange={(event) => change(entered(event))} />;
}

export function LinesInput({ label, description, required, error, value, change }: EditorProps) {
  return (
    <Textarea
      label={label}
      description={description}
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

export function YesNoInput({ label, description, error, value, change }: EditorProps) {
  return (
    <Checkbox
      label={label}
      description={description}
      error={error}
      checked={value === true}
      onChange={(event) => change(event.currentTarget.checked)}
    />
  );
}

export function DayInput({ label, description, required, error, value, change }: EditorProps) {
  const common = { label, description, required, error };
  return <TextInput {...common} type="date" value={shown(value)} onChange={(event) => change(entered(event))} />;
}

export function InstantInput(props: EditorProps) {
  const { field, label, description, required, error, value, change } = props;
  if (field.zoned === true || zonedIn(value) !== null) return <ZonedInput {...props} />;
  return (
    <TextInput
      label={label}
      description={description}
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
  const { label, description, required, error, options, value, change } = props;
  if (options.length === 0) return <LineInput {...props} />;
  return (
    <Select
      label={label}
      description={description}
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

/** Several of the options; without options every text is taken. */
export function ChoicesInput({ label, description, required, error, options, value, change }: EditorProps) {
  const chosen = Array.isArray(value) ? value.filter((each): each is string => typeof each === 'string') : [];
  const common = {
    label,
    description,
    required,
    error,
    clearable: !required,
    clearButtonProps: { 'aria-label': t('Clear') },
    value: chosen,
    onChange: (next: string[]) => change(next.length === 0 ? null : next),
  };
  if (options.length === 0) return <TagsInput {...common} />;
  // What was chosen before an option was taken out of the definition is still shown.
  return <MultiSelect {...common} searchable data={[...new Set([...options, ...chosen])]} />;
}
