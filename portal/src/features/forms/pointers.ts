/** Maps the server's pointers (`/data/address/0/city`, `/fields/amount`) to the fields of a form-js schema. Pure. */
import type { ProblemDetail } from '../../api/schema';

interface Component {
  id?: string;
  key?: string;
  path?: string;
  label?: string;
  components?: Component[];
}
export interface FieldError {
  fieldId: string | null;
  label: string;
  message: string;
}

function flatten(components: Component[], prefix: string): { component: Component; path: string }[] {
  return components.flatMap((component) => {
    const path = [prefix, component.path ?? component.key]
      .filter((part) => part !== undefined && part !== '')
      .join('.');
    return [{ component, path }, ...flatten(component.components ?? [], component.path === undefined ? prefix : path)];
  });
}

/** The data path of a pointer without its envelope and without list positions. */
export function pointerPath(pointer: string): string {
  const parts = pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  if (['data', 'fields', 'variables'].includes(parts[0] ?? '')) parts.shift();
  return parts.filter((part) => !/^\d+$/.test(part)).join('.');
}

export function fieldErrors(schema: Record<string, unknown>, errors: ProblemDetail[]): FieldError[] {
  const fields = flatten((schema.components as Component[] | undefined) ?? [], '');
  return errors.map((error) => {
    const path = pointerPath(error.pointer ?? '');
    const hit = fields.find((field) => field.component.key !== undefined && field.path === path);
    return {
      fieldId: hit?.component.id ?? null,
      label: hit?.component.label ?? path,
      message: error.detail ?? error.code,
    };
  });
}
