import type { CaseField } from '../../api/schema';

/** What every editor of a field is given. `value` is what the server or the person said last and may be of any shape: definitions change. */
export interface EditorProps {
  field: CaseField;
  label: string;
  /** What is to be entered, for who does not know. */
  description?: string;
  required: boolean;
  error?: string;
  /** What may be chosen; only a `select` and a `multi-select` have it. */
  options: string[];
  value: unknown;
  /** `null` when nothing is entered. */
  change: (value: unknown) => void;
}
