/** Which fields are shown and needed by what is being entered, and what is computed of it. The server says so: it has the expressions and their budget. */
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { fieldStatesQuery } from '../../api/field-queries';
import type { CaseDefinition, CaseField, FieldState } from '../../api/schema';

export type StateOf = (field: CaseField) => FieldState;

/** Whether anything of the definition depends on what is entered. */
export function hasConditions(definition: Pick<CaseDefinition, 'fields' | 'sections'>): boolean {
  return (
    definition.fields.some(
      (field) => field.visibleWhen != null || field.requiredWhen != null || field.type === 'computed',
    ) || (definition.sections ?? []).some((section) => section.visibleWhen != null)
  );
}

/** Until the server has said so, everything is shown and needed as the definition says: nothing that was typed disappears. */
export function stateIn(states: Record<string, FieldState> | undefined, field: CaseField, held: unknown): FieldState {
  return states?.[field.key] ?? { visible: true, required: field.required === true, value: held };
}

/** `entered` is what differs from `version` of the case `ref`, or all there is of a new one. */
export function useFieldStates(
  definition: CaseDefinition | undefined,
  entered: Record<string, unknown>,
  held: Record<string, unknown> = {},
  ref?: string,
  version = 0,
): StateOf {
  const [settled] = useDebouncedValue(entered, 300);
  const states = useQuery({
    ...fieldStatesQuery(definition?.key ?? '', ref, version, settled),
    enabled: definition !== undefined && hasConditions(definition),
    placeholderData: keepPreviousData,
  }).data;
  return (field) => stateIn(states, field, held[field.key]);
}
