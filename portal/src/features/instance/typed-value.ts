/** Values of process variables as people type them: a type, a text, and what is sent for them. Pure. */
import type { TypedValue } from '../../api/instances';
import { t } from '../../i18n';
import { localInput, localInstant } from '../../lib/format';

export const VALUE_TYPES = [
  'String',
  'Boolean',
  'Integer',
  'Long',
  'Short',
  'Double',
  'Date',
  'Json',
  'Xml',
  'Null',
] as const;
export type ValueType = (typeof VALUE_TYPES)[number];

/** What the platform keeps as something that people do not write: it is shown, and not edited. */
export function isEditable(type: string): type is ValueType {
  return VALUE_TYPES.some((known) => known === type);
}

/** The whole numbers of a type. What JavaScript cannot tell apart is not sent. */
const WHOLE: Partial<Record<ValueType, number>> = {
  Short: 32_767,
  Integer: 2_147_483_647,
  Long: Number.MAX_SAFE_INTEGER,
};

export type Read = { value: unknown } | { fault: string };

/** What a text says in a type, or what is wrong with it. */
export function read(type: ValueType, text: string): Read {
  const most = WHOLE[type];
  if (most !== undefined) {
    if (!/^-?\d+$/.test(text.trim())) return { fault: t('Enter a whole number') };
    const value = Number(text);
    return value > most || value < -most - (type === 'Long' ? 0 : 1)
      ? { fault: t('The number is too large for {type}', { type }) }
      : { value };
  }
  switch (type) {
    case 'Double': {
      const value = Number(text);
      return text.trim() === '' || !Number.isFinite(value) ? { fault: t('Enter a number') } : { value };
    }
    case 'Boolean':
      return { value: text === 'true' };
    case 'Date': {
      const value = localInstant(text);
      return value === null ? { fault: t('Enter a date and a time') } : { value };
    }
    case 'Json':
      try {
        return { value: JSON.parse(text) as unknown };
      } catch {
        return { fault: t('This is no JSON') };
      }
    case 'Null':
      return { value: null };
    default:
      return { value: text };
  }
}

/** A value as the text that stands in its field. */
export function written(type: string, value: unknown): string {
  if (type === 'Null') return '';
  if (value === null || value === undefined) return type === 'Boolean' ? 'false' : type === 'Json' ? 'null' : '';
  if (type === 'Date')
    return localInput(typeof value === 'string' ? value.replace(/([+-]\d\d)(\d\d)$/, '$1:$2') : value);
  if (type === 'Json') return JSON.stringify(value, null, 2);
  return typeof value === 'string' ? value : String(value);
}

/** A value on one line of a list; what is long is cut. */
export function line(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 160 ? `${text.slice(0, 160)}…` : text;
}

/** Has more to it than a line shows. */
export function isLong(value: unknown): boolean {
  return (typeof value === 'object' && value !== null) || (typeof value === 'string' && value.length > 160);
}

export interface Draft {
  name: string;
  type: ValueType;
  text: string;
}
export const NEW_DRAFT: Draft = { name: '', type: 'String', text: '' };

/** Variables as a message brings them, and the fault of each that is none. */
export function readAll(drafts: Draft[]): { variables: Record<string, TypedValue>; faults: (string | null)[] } {
  const variables: Record<string, TypedValue> = {};
  const faults = drafts.map(({ name, type, text }) => {
    const found = read(type, text);
    if ('fault' in found) return found.fault;
    if (name.trim() === '') return t('Enter a name');
    if (name.trim() in variables) return t('There are two of this name');
    variables[name.trim()] = { type, value: found.value };
    return null;
  });
  return { variables, faults };
}
