/** What people may start by hand. Pure. */
import type { Case, CaseDefinition, CaseProcessRef } from '../../api/schema';

/** Manual processes of the stage the case is in. */
export function startableIn(item: Case, definition: CaseDefinition | undefined): CaseProcessRef[] {
  if (item.statusKind === 'closed') return [];
  return (definition?.processes ?? []).filter(
    (process) => process.start === 'manual' && (process.stage == null || process.stage === item.stage),
  );
}
