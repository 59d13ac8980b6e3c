/** What every editor of a field is given. `value` is what the server or the person said last and may be of any shape: definitions change. */
export interface EditorProps {
  label: string;
  required: boolean;
  error?: string;
  /** What may be chosen; only a `select` has it. */
  options: string[];
  value: unknown;
  /** `null` when nothing is entered. */
  change: (value: unknown) => void;
}
