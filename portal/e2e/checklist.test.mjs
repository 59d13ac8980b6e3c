// What holds for the portal is shown: every row of checklist.md by tests that name it, or by steps of the build that exist. Needs no platform.
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { test } from 'node:test';

const here = new URL('.', import.meta.url);
const read = (path) => readFile(new URL(path, here), 'utf8');
const IDS = /\b[A-Z]-\d{2}\b/g;
/** How many rows each part has. */
const PARTS = { F: 15, L: 12, C: 14, D: 13, R: 6, B: 7 };

/** `{id, shownBy, isDue}` of every row, in their order. */
async function rows() {
  const lines = (await read('checklist.md')).split('\n').filter((line) => /^\| [A-Z]-\d/.test(line));
  return lines.map((line) => {
    const [, id, , how] = line.split('|').map((cell) => cell.trim());
    return { id, shownBy: [...how.matchAll(/`([^`]+)`/g)].map(([, name]) => name), isDue: how.startsWith('not yet:') };
  });
}

/** The ids that the titles of each file of tests name. */
async function titles() {
  const named = new Map();
  for (const folder of ['', 'below/', 'stories/']) {
    for (const name of (await readdir(new URL(folder || '.', here))).filter((each) => each.endsWith('.test.mjs'))) {
      const tests = [...(await read(folder + name)).matchAll(/\btest\(\s*(['"`])(.*?)\1\s*,/gs)];
      named.set(folder + name, new Set(tests.flatMap(([, , title]) => title.match(IDS) ?? [])));
    }
  }
  return named;
}

/** Whether there is a step of this name. */
async function isStep(command) {
  const script = /^npm run ([\w-]+)$/.exec(command)?.[1];
  if (script !== undefined) return script in JSON.parse(await read('../package.json')).scripts;
  const step = /^cargo xtask test ([\w-]+)$/.exec(command)?.[1];
  return step !== undefined && (await read('../../xtask/src/test.rs')).includes(`step("${step}"`);
}

test('the rows are whole and in order', async () => {
  const wanted = Object.entries(PARTS).flatMap(([part, count]) =>
    Array.from({ length: count }, (_, nth) => `${part}-${String(nth + 1).padStart(2, '0')}`),
  );
  assert.deepEqual(
    (await rows()).map(({ id }) => id),
    wanted,
  );
});

test('every row is shown by what it names', async () => {
  const named = await titles();
  for (const { id, shownBy, isDue } of await rows()) {
    assert.ok(shownBy.length > 0, `${id} names nothing that shows it`);
    for (const name of shownBy) {
      if (!name.endsWith('.test.mjs')) assert.ok(await isStep(name), `${id}: there is no step ${name}`);
      else if (isDue) assert.ok(!named.get(name)?.has(id), `${id} has its story: take "not yet" away in checklist.md`);
      else assert.ok(named.get(name)?.has(id), `${id}: no title in ${name} names it`);
    }
  }
});

test('every id in a title is a row, which names the file', async () => {
  const known = new Map((await rows()).map(({ id, shownBy }) => [id, shownBy]));
  for (const [file, ids] of await titles())
    for (const id of ids) assert.ok(known.get(id)?.includes(file), `${file} shows ${id}, and the row does not say so`);
});
