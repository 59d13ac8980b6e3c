/** The fields of a record, with what the server has against them where they stand. */
import { Stack } from '@mantine/core';
import type { ApiError } from '../../api/client';
import type { RecordType } from '../../api/schema';
import { FieldInput, fieldPointer, isAt } from '../fields/field';

interface Props {
  type: RecordType;
  values: Record<string, unknown>;
  refused: ApiError | null;
  change: (key: string, value: unknown) => void;
}

export function RecordFields({ type, values, refused, change }: Props) {
  return (
    <Stack>
      {type.fields.map((field) => (
        <FieldInput
          key={field.key}
          field={field.key === type.titleField ? { ...field, required: true } : field}
          value={values[field.key]}
          error={refused?.errors.find((each) => isAt(each, fieldPointer(field.key)))?.detail}
          change={(value) => change(field.key, value)}
        />
      ))}
    </Stack>
  );
}
