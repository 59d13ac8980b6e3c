/** Values that name somebody or something: a person of the platform, another case. Pure. */
interface Named {
  id: string;
  label: string;
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

function namedBy(value: unknown, member: 'name' | 'number'): Named | null {
  if (typeof value !== 'object' || value === null || !('id' in value)) return null;
  const id = text(value.id);
  const label = member in value ? text((value as Record<string, unknown>)[member]) : '';
  return id === '' ? null : { id, label: label || id };
}

export const personIn = (value: unknown): Named | null => namedBy(value, 'name');
export const caseIn = (value: unknown): Named | null => namedBy(value, 'number');
