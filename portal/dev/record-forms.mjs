/**
 * Records what form-js does with forms, for the tests of `platform/forms`, which must come to the same:
 *
 *     npm ci && node dev/record-forms.mjs
 *
 * Forms and entries are in `form-cases.mjs`; what is seen goes to `platform/forms/tests/recorded`.
 */
/* oxlint-disable no-underscore-dangle -- form-js has no other door to change a field's value from outside */
import { mkdirSync, writeFileSync } from 'node:fs';
import { register } from 'node:module';
import { Window } from 'happy-dom';
import { cases, context, hides, patterns } from './form-cases.mjs';

const folder = new URL('../../platform/forms/tests/recorded/', import.meta.url);
/** Turns of the event loop in which a form draws itself anew, and its fields answer. */
const TURNS = 40;

// form-js is made for bundlers, which find `lodash/get` without its ending.
const hook = `export const resolve = (name, context, next) =>
  next(name.startsWith('lodash/') && !name.endsWith('.js') ? name + '.js' : name, context);`;
register(`data:text/javascript,${encodeURIComponent(hook)}`);

const window = new Window({ url: 'http://localhost/' });
for (const name of Object.getOwnPropertyNames(window)) {
  if (!(name in globalThis)) globalThis[name] = window[name];
}
globalThis.window = window;
globalThis.document = window.document;
const { Form } = await import('@bpmn-io/form-js-viewer');
const { unaryTest } = await import('@bpmn-io/feelin');

const plain = (value) => JSON.parse(JSON.stringify(value ?? null));
const pointer = (path) => path.map((part) => `/${part}`).join('');
const at = (value, path) => path.reduce((inner, part) => inner?.[part], value);

async function settle() {
  for (let turn = 0; turn < TURNS; turn += 1) await new Promise((resolve) => setTimeout(resolve, 1));
}

async function record({ components, known = {}, entered = [] }) {
  const container = document.createElement('div');
  document.body.append(container);
  const schema = { type: 'default', id: 'form', components };
  const form = new Form({ container, debounce: false });
  await form.importSchema(plain(schema), plain(known));
  await settle();
  const instances = () => form.get('formFieldInstanceRegistry');
  for (const [place, value] of entered) {
    const instance = instances()
      .getAll()
      .find((one) => one.valuePath.join('/') === place);
    if (instance === undefined) throw new Error(`nothing is shown at ${place}`);
    form._update({ fieldInstance: instance, value: plain(value) });
    await settle();
  }
  const fields = form.get('formFieldRegistry');
  const shown = instances().getAllKeyed();
  const visible = shown.filter((one) => !fields.get(one.id).disabled).map((one) => pointer(one.valuePath));
  const result = form.submit();
  const errors = shown
    .filter((one) => (at(result.errors, [one.id, ...Object.values(one.indexes ?? {})]) ?? []).length > 0)
    .map((one) => pointer(one.valuePath));
  const state = plain(form._getState().data);
  form.destroy();
  return { schema, known, state, visible: visible.sort(), data: plain(result.data), errors: errors.sort() };
}

function pattern(source, texts) {
  try {
    const read = new RegExp(source);
    return { pattern: source, found: texts.map((text) => [text, read.test(text)]) };
  } catch {
    return { pattern: source, found: null };
  }
}

const write = (name, content) =>
  writeFileSync(new URL(`${name}.json`, folder), `${JSON.stringify(content, null, 1)}\n`);
mkdirSync(folder, { recursive: true });
for (const [name, one] of Object.entries(cases)) {
  try {
    write(name, await record(one));
  } catch (error) {
    throw new Error(`${name}: ${error}`, { cause: error });
  }
}
const tests = new URL('../', folder);
mkdirSync(tests, { recursive: true });
const ask = (hide) => [hide, unaryTest(hide, context).value === true];
writeFileSync(
  new URL('recorded-conditions.json', tests),
  `${JSON.stringify({ context, hides: hides.map(ask) }, null, 1)}\n`,
);
const asked = Object.entries(patterns).map(([source, texts]) => pattern(source, texts));
writeFileSync(new URL('recorded-patterns.json', tests), `${JSON.stringify(asked, null, 1)}\n`);
console.log(`${Object.keys(cases).length} forms, ${hides.length} conditions, ${asked.length} patterns`);
process.exit(0);
