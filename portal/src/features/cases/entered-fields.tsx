/** The fields of a new case whose definition has no form: in their sections, as far as what is entered asks for them. */
import type { CaseDefinition } from '../../api/schema';
import { FieldInput, fieldPointer } from '../fields/field';
import { FieldGroups } from '../fields/field-groups';
import { useFieldStates } from '../fields/field-states';

/** What the server would fill in, where it is seen. */
export const defaultsOf = (definition: Pick<CaseDefinition, 'fields'>): Record<string, unknown> =>
  Object.fromEntries(
    definition.fields.filter((field) => field.default != null).map((field) => [field.key, field.default]),
  );

interface Props {
  definition: CaseDefinition;
  fields: Record<string, unknown>;
  errorOf: (pointer: string) => string | undefined;
  change: (key: string, value: unknown) => void;
}

export function EnteredFields({ definition, fields, errorOf, change }: Props) {
  const stateOf = useFieldStates(definition, fields, fields);
  return (
    <FieldGroups
      definition={definition}
      stateOf={stateOf}
      isWanted={(field) => errorOf(fieldPointer(field.key)) !== undefined}
    >
      {(field) => (
        <FieldInput
          key={field.key}
          field={field}
          required={stateOf(field).required}
          value={field.type === 'computed' ? stateOf(field).value : fields[field.key]}
          error={errorOf(fieldPointer(field.key))}
          change={(value) => change(field.key, value)}
        />
      )}
    </FieldGroups>
  );
}
