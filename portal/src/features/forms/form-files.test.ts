import { Form } from '@bpmn-io/form-js-viewer';
import { expect, it } from 'vitest';
import type { StoredFile } from '../../api/schema';
import { ApiError } from '../../api/client';
import { Uploads } from '../files/uploads';
import { filePaths, isFileList, replaceAt } from './form-files';
import { FormUploads } from './form-uploads';

const schema = {
  type: 'default',
  components: [
    { type: 'textfield', key: 'name', id: 'name' },
    { type: 'filepicker', key: 'photos', id: 'photos', multiple: true },
    { type: 'group', path: 'car', id: 'car', components: [{ type: 'filepicker', key: 'papers', id: 'papers' }] },
    { type: 'dynamiclist', path: 'rooms', id: 'rooms', components: [{ type: 'filepicker', key: 'plan', id: 'plan' }] },
  ],
};
const reference = { fileId: 'f0', name: 'earlier.pdf', size: 9, contentType: 'application/pdf' };
type Registry = { setFiles(key: string, files: File[]): void; getFiles(key: string): File[] };

function opened(send: (file: File) => Promise<StoredFile>, data: Record<string, unknown>) {
  const files = new FormUploads(new Uploads(null, send as never));
  const form = new Form({ container: document.body.appendChild(document.createElement('div')) });
  const start = files.attach(form, schema, data);
  return { files, form, start, registry: form.get<Registry>('fileRegistry') };
}

it('places of files are found in groups and rows', () => {
  expect(filePaths(schema)).toEqual([['photos'], ['car', 'papers'], ['rooms', '*', 'plan']]);
  expect(replaceAt({ rooms: [{ plan: 'a' }, { other: 1 }], car: null }, filePaths(schema), () => 'x')).toEqual({
    rooms: [{ plan: 'x' }, { other: 1 }],
    car: null,
  });
  expect(isFileList([reference])).toBe(true);
  expect(isFileList(['a'])).toBe(false);
});
it('a chosen file is uploaded, and the field holds a reference to it and never the key of form-js', async () => {
  const { files, form, start, registry } = opened(
    async (file) =>
      ({ id: `id-${file.name}`, name: file.name, size: file.size, contentType: 'image/png' }) as StoredFile,
    {},
  );
  await form.importSchema(schema as never, start);
  registry.setFiles('files::1', [new File(['abc'], 'roof.png')]);
  files.follow();
  expect(files.stored({ name: 'Clara', photos: 'files::1' })).toEqual({ name: 'Clara', photos: null });
  await files.uploads.settled();
  expect(files.stored({ name: 'Clara', photos: 'files::1' })).toEqual({
    name: 'Clara',
    photos: [{ fileId: 'id-roof.png', name: 'roof.png', size: 3, contentType: 'image/png' }],
  });
});
it('what the server has already stays in the field, and a key that leads to no file is dropped', async () => {
  const { files, form, start } = opened(
    async () => {
      throw new Error('nothing is uploaded');
    },
    { photos: [reference], rooms: [{ plan: [reference] }], car: { papers: 'files::lost' } },
  );
  await form.importSchema(schema as never, start);
  expect((start.photos as string).startsWith('files::')).toBe(true);
  files.follow();
  expect(files.uploads.list()).toEqual([]);
  expect(files.stored(start)).toEqual({ photos: [reference], rooms: [{ plan: [reference] }], car: { papers: null } });
});
it('an upload that failed is told, and a file that is not chosen any more is not sent', async () => {
  const { files, form, start, registry } = opened(async () => {
    throw new ApiError({ status: 422, code: 'file-rejected', detail: 'not accepted' });
  }, {});
  await form.importSchema(schema as never, start);
  registry.setFiles('files::1', [new File(['abc'], 'virus.exe')]);
  files.follow();
  await files.uploads.settled();
  expect(files.uploads.list()[0]?.error).toBe('not accepted');
  registry.setFiles('files::1', []);
  files.follow();
  expect(files.uploads.list()).toEqual([]);
});
