/** The fields of a record as far as what is entered asks for them, with what the server has against them where they stand. */
import { Stack } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { ApiError } from '../../api/client';
import { recordStatesQuery } from '../../api/records';
import type { CaseField, RecordType } from '../../api/schema';
import { FieldInput, fieldPointer, isAt } from '../fields/field';
import { hasConditions, stateIn } from '../fields/field-states';

interface Props {
  type: RecordType;
  values: Record<string, unknown>;
  refused: ApiError | null;
  change: (key: string, value: unknown) => void;
}

export function RecordFields({ type, values, refused, change }: Props) {
  const [settled] = useDebouncedValue(values, 300);
  const states = useQuery({
    ...recordStatesQuery(type.key, settled),
    enabled: hasConditions(type),
    placeholderData: keepPreviousData,
  }).data;
  const stateOf = (field: CaseField) => stateIn(states, field, null);
  const shown = type.fields.filter((field) => field.key === type.titleField || stateOf(field).visible);
  return (
    <Stack>
      {shown.map((field) => (
        <FieldInput
          key={field.key}
          field={field}
          required={field.key === type.titleField || stateOf(field).required}
          value={values[field.key]}
          error={refused?.errors.find((each) => isAt(each, fieldPointer(field.key)))?.detail}
          change={(value) => change(field.key, value)}
        />
      ))}
    </Stack>
  );
}
