/** What is computed of other fields: it can be read and copied, and nobody writes it. */
import { TextInput } from '@mantine/core';
import { t } from '../../i18n';
import { fieldValue } from '../../lib/format';
import type { EditorProps } from './editor';
import { computedTold } from './texts';

export function ComputedValue({ field, label, description, error, value }: EditorProps) {
  return (
    <TextInput
      label={label}
      description={description ?? t('Computed from other fields')}
      error={error}
      readOnly
      variant="filled"
      value={computedTold(value, field) ?? fieldValue(value)}
    />
  );
}
