/** One field of a case as its definition describes it, for every place where fields are entered or told. */
import type { CaseDefinition, CaseField, ProblemDetail } from '../../api/schema';
import { fieldValue, words } from '../../lib/format';
import { isFileList } from '../forms/form-files';
import { helpOf, labelOf } from './labels';
import { FIELDS, type FieldEntry, type FieldKind } from './registry';

/** JSON that holds references to files is files: such fields are older than the kind. */
function kindOf(field: CaseField, value: unknown): FieldKind {
  return field.type === 'json' && isFileList(value) ? 'files' : field.type;
}

/** A page that was loaded before an upgrade of the server may meet a kind it does not know; it is a text to it. */
function entryOf(field: CaseField, value: unknown): FieldEntry {
  return (FIELDS as Partial<Record<FieldKind, FieldEntry>>)[kindOf(field, value)] ?? FIELDS.string;
}

interface Props {
  field: CaseField;
  value: unknown;
  change: (value: unknown) => void;
  error?: string;
  /** Whether it is needed by what the other fields are now; as its definition says when absent. */
  required?: boolean;
}

export function FieldInput({ field, value, change, error, required }: Props) {
  const { Editor } = entryOf(field, value);
  return (
    <Editor
      field={field}
      label={labelOf(field)}
      description={helpOf(field)}
      required={required ?? field.required === true}
      error={error}
      options={field.options ?? []}
      value={value}
      change={change}
    />
  );
}

/** The fields of a case by their keys, in words; a key that the definition does not have is told as well as it can be. */
export function fieldsOf(definition: CaseDefinition | undefined): {
  label: (key: string) => string;
  text: (key: string, value: unknown) => string;
} {
  const known = new Map<string, CaseField>(definition?.fields.map((field) => [field.key, field]));
  return {
    label: (key) => {
      const field = known.get(key);
      return field === undefined ? words(key) : labelOf(field);
    },
    text: (key, value) => {
      const field = known.get(key);
      return field === undefined ? fieldValue(value) : fieldText(field, value);
    },
  };
}

/** A value of the field as one line. */
export function fieldText(field: CaseField, value: unknown): string {
  if (value === null || value === undefined || value === '') return fieldValue(value);
  return entryOf(field, value).told(value, field) ?? fieldValue(value);
}

/** Where a request has the field. */
export function fieldPointer(key: string): string {
  return `/fields/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

/** Whether a refusal points at a place, or at something inside of it. */
export function isAt(error: ProblemDetail, pointer: string): boolean {
  return error.pointer === pointer || error.pointer?.startsWith(`${pointer}/`) === true;
}
