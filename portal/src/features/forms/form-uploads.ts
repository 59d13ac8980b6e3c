/**
 * What is chosen in the file pickers of one form goes to the server at once, with its progress shown; the data of the form holds references to
 * what arrived. form-js itself only keeps the chosen files in memory, under keys that mean nothing to anybody else.
 */
/* oxlint-disable no-underscore-dangle -- form-js has no other door to change a field's value from outside */
import type { Form } from '@bpmn-io/form-js-viewer';
import { Uploads, type TakenFile } from '../files/uploads';
import { filePaths, references, replaceAt, type FileReference, type Path } from './form-files';

interface Registry {
  setFiles(key: string, files: File[]): void;
  getFiles(key: string): File[];
  hasKey(key: string): boolean;
  deleteFiles(key: string): void;
  getKeys(): string[];
}
interface Instances {
  getAllKeyed(): { valuePath: (string | number)[] }[];
}
interface EventBus {
  on(event: string, priority: number, listener: () => void): void;
}

const referenceOf = (taken: TakenFile): FileReference => ({
  fileId: taken.id,
  name: taken.name,
  size: taken.size,
  contentType: taken.contentType,
});

export class FormUploads {
  readonly uploads: Uploads;
  private form: Form | null = null;
  private paths: Path[] = [];
  /** Files that stand for what the server has already. */
  private known = new Map<File, FileReference>();

  constructor(uploads = new Uploads()) {
    this.uploads = uploads;
  }

  /** Before the import: gives the data with keys of form-js where it held references, and the form the files behind them. */
  attach(form: Form, schema: Record<string, unknown>, data: Record<string, unknown>): Record<string, unknown> {
    this.form = form;
    this.paths = filePaths(schema);
    const restored = new Map<string, File[]>();
    const prepared = replaceAt(data, this.paths, (value) => {
      const files = references(value).map((reference) => this.standIn(reference));
      if (files.length === 0) return null;
      const key = `files::kept-${restored.size + 1}`;
      restored.set(key, files);
      return key;
    });
    // The import begins by forgetting all files; ours come right behind.
    form.get<EventBus>('eventBus').on('form.clear', 500, () => {
      for (const [key, files] of restored) this.registry()?.setFiles(key, files);
    });
    return prepared;
  }

  /** After a change: uploads what is new, and drops what is not chosen any more. */
  follow(): void {
    const registry = this.registry();
    if (registry === null) return;
    const chosen = new Set(registry.getKeys().flatMap((key) => registry.getFiles(key)));
    for (const one of this.uploads.list()) if (one.file !== null && !chosen.has(one.file)) this.uploads.remove(one.key);
    this.uploads.add(
      [...chosen].filter((file) => !this.known.has(file) && this.uploads.list().every((one) => one.file !== file)),
    );
  }

  /** The data with references to what has arrived; a file that has not is left out. */
  stored(data: Record<string, unknown>): Record<string, unknown> {
    const registry = this.registry();
    return replaceAt(data, this.paths, (value) => {
      if (typeof value !== 'string') return references(value).length > 0 ? value : null;
      const found = (registry?.getFiles(value) ?? []).flatMap(
        (file) => this.known.get(file) ?? this.arrived(file) ?? [],
      );
      return found.length === 0 ? null : found;
    });
  }

  /** Takes a file out of the field it was chosen in, and stops its upload. */
  readonly remove = (key: string): void => {
    const file = this.uploads.list().find((one) => one.key === key)?.file ?? null;
    this.uploads.remove(key);
    const [form, registry] = [this.form, this.registry()];
    const field =
      file === null ? undefined : registry?.getKeys().find((each) => registry.getFiles(each).includes(file));
    if (form === null || registry === null || field === undefined) return;
    const left = registry.getFiles(field).filter((each) => each !== file);
    if (left.length > 0) registry.setFiles(field, left);
    else registry.deleteFiles(field);
    const data = form._getState().data as unknown;
    const at = (path: (string | number)[]) =>
      path.reduce<unknown>((value, part) => (value as Record<string, unknown> | undefined)?.[part], data);
    const instance = form
      .get<Instances>('formFieldInstanceRegistry')
      .getAllKeyed()
      .find((each) => at(each.valuePath) === field);
    if (instance !== undefined) form._update({ fieldInstance: instance, value: left.length > 0 ? field : null });
  };

  private arrived(file: File): FileReference | undefined {
    const stored = this.uploads.list().find((one) => one.file === file)?.stored;
    return stored == null ? undefined : referenceOf(stored);
  }

  private standIn(reference: FileReference): File {
    const file = new File([], reference.name, { type: reference.contentType ?? '' });
    this.known.set(file, reference);
    return file;
  }

  private registry(): Registry | null {
    return this.form?.get<Registry | null>('fileRegistry', false as never) ?? null;
  }
}
