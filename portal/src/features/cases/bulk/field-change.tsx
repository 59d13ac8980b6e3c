/** A field of the chosen cases, of any kind. Cases whose type has no such field stay as they are. */
import { Select, Text } from '@mantine/core';
import { t } from '../../../i18n';
import { FieldInput } from '../../fields/field';
import { labelOf } from '../../fields/labels';
import type { FormProps } from './form';

export function FieldChange({ change, set, definitions }: FormProps) {
  const fields = definitions.flatMap((each) => each.fields).filter((field) => field.type !== 'computed');
  // Of several types that have it, the first says of what kind it is; a case of another kind does not take the value and stays.
  const known = new Map(fields.map((field) => [field.key, fields.find(({ key }) => key === field.key) ?? field]));
  const [key = null] = Object.keys(change.fields ?? {});
  const field = known.get(key ?? '');
  return (
    <>
      <Select
        label={t('Field')}
        data-autofocus
        searchable
        allowDeselect={false}
        data={[...known.values()].map((each) => ({ value: each.key, label: labelOf(each) }))}
        value={key}
        onChange={(next) => next !== null && set({ fields: { [next]: null } })}
        data-testid="bulk-field-choice"
      />
      {field !== undefined && key !== null && (
        <>
          <FieldInput
            key={key}
            field={field}
            required={false}
            value={change.fields?.[key] ?? undefined}
            change={(value) => set({ fields: { [key]: value ?? null } })}
          />
          <Text size="xs" c="dimmed">
            {t('Empty: the value is taken away.')}
          </Text>
        </>
      )}
    </>
  );
}
