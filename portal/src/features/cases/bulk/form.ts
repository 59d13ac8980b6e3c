/** What the parts of the form of a batch share. */
import type { BatchChange, CaseDefinition } from '../../../api/schema';

export interface FormProps {
  change: BatchChange;
  set: (change: BatchChange) => void;
  definitions: CaseDefinition[];
}

/** Entries of several definitions by their ids, each once. */
export function entries(of: { id: string; name: string }[]): { value: string; label: string }[] {
  return [...new Map(of.map((each) => [each.id, { value: each.id, label: each.name }])).values()];
}
