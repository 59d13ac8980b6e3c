/** A value in the field that its type has. */
import { Checkbox, Select, Textarea, TextInput } from '@mantine/core';
import { t } from '../../i18n';
import { VALUE_TYPES, type ValueType } from './typed-value';

interface Props {
  type: ValueType;
  text: string;
  change: (text: string) => void;
  fault: string | null;
  label?: string;
}

export function ValueInput({ type, text, change, fault, label = t('Value') }: Props) {
  const common = { label, error: fault, 'data-testid': 'variable-value' };
  if (type === 'Null') return null;
  if (type === 'Boolean')
    return (
      <Checkbox
        label={label}
        description={text === 'true' ? t('Yes') : t('No')}
        checked={text === 'true'}
        onChange={(event) => change(String(event.currentTarget.checked))}
        data-testid="variable-value"
      />
    );
  if (type === 'Json' || type === 'Xml' || type === 'String')
    return (
      <Textarea
        {...common}
        autosize
        minRows={type === 'String' ? 1 : 5}
        maxRows={16}
        spellCheck={false}
        styles={type === 'String' ? undefined : { input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
        value={text}
        onChange={(event) => change(event.currentTarget.value)}
      />
    );
  return (
    <TextInput
      {...common}
      type={type === 'Date' ? 'datetime-local' : 'text'}
      inputMode={type === 'Date' ? undefined : type === 'Double' ? 'decimal' : 'numeric'}
      value={text}
      onChange={(event) => change(event.currentTarget.value)}
    />
  );
}

/** Types are named as models name them. */
export function TypeInput({ type, change }: { type: ValueType; change: (type: ValueType) => void }) {
  return (
    <Select
      label={t('Type')}
      allowDeselect={false}
      data={[...VALUE_TYPES]}
      value={type}
      comboboxProps={{ withinPortal: false }}
      onChange={(next) => {
        const found = VALUE_TYPES.find((known) => known === next);
        if (found !== undefined) change(found);
      }}
      data-testid="variable-type"
    />
  );
}
