/**
 * Files of a form. form-js keeps chosen files beside the data and writes a key of its own into it; the server knows references to stored files.
 * This finds the places of file pickers in a schema, rows of lists included, and replaces one by the other. Pure.
 */

/** A stored file as a field of a case, a task or a form holds it. */
export interface FileReference {
  fileId: string;
  name: string;
  size?: number | null;
  contentType?: string | null;
}

/** `*` stands for every row of a list. */
export type Path = string[];

interface Component {
  type?: string;
  key?: string;
  path?: string;
  components?: Component[];
}
const parts = (path: string | undefined): string[] => (path ?? '').split('.').filter((part) => part !== '');

export function filePaths(schema: Record<string, unknown>): Path[] {
  const walk = (components: Component[], base: Path): Path[] =>
    components.flatMap((component) => {
      if (component.type === 'filepicker')
        return component.key === undefined ? [] : [[...base, ...parts(component.key)]];
      const below =
        component.type === 'dynamiclist'
          ? [...base, ...parts(component.path), '*']
          : [...base, ...parts(component.path)];
      return walk(component.components ?? [], below);
    });
  return walk((schema.components as Component[] | undefined) ?? [], []);
}

type Data = Record<string, unknown>;

/** A copy of the data in which the values at these paths are replaced; what is not there stays away. */
export function replaceAt(data: Data, paths: Path[], replace: (value: unknown) => unknown): Data {
  return paths.reduce((result, path) => at(result, path, replace) as Data, data);
}

function at(value: unknown, path: Path, replace: (value: unknown) => unknown): unknown {
  const [head, ...rest] = path;
  if (head === undefined) return value === undefined ? undefined : replace(value);
  if (head === '*') return Array.isArray(value) ? value.map((row) => at(row, rest, replace)) : value;
  if (typeof value !== 'object' || value === null || !(head in value)) return value;
  return { ...value, [head]: at((value as Data)[head], rest, replace) };
}

/** The references in a value of a file field; a value of another shape holds none. */
export function references(value: unknown): FileReference[] {
  if (!Array.isArray(value)) return [];
  return value.filter(
    (each): each is FileReference =>
      typeof each === 'object' &&
      each !== null &&
      typeof (each as FileReference).fileId === 'string' &&
      typeof (each as FileReference).name === 'string',
  );
}

export function isFileList(value: unknown): value is FileReference[] {
  return Array.isArray(value) && value.length > 0 && references(value).length === value.length;
}
