// What a browser loads before the first screen shows, from what was built: the scripts that the page names, what these import statically, and the
// view of a screen with what that imports. Fails when it is more than it may be.
//   node dev/first-load.mjs
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';

const dist = new URL('../dist/', import.meta.url).pathname;
/** Kibibytes of JavaScript, compressed with brotli. */
const MOST = 250;
/** The screens people begin with, by the names of their views. */
const SCREENS = { list: 'list.view', home: 'home.view', case: 'page.view', supervise: 'dashboard.view' };

const files = readdirSync(join(dist, 'assets')).filter((name) => name.endsWith('.js'));
const text = new Map(files.map((name) => [name, readFileSync(join(dist, 'assets', name), 'utf8')]));

/** What a script imports before it runs; what it imports later has parentheses. */
function imports(name) {
  const source = text.get(name) ?? '';
  const found = source.matchAll(/(?:\bfrom|\bimport)\s*["']\.\/([^"']+\.js)["']/g);
  return [...found].map(([, imported]) => imported).filter((imported) => text.has(imported));
}

function closure(names, known = new Set()) {
  for (const name of names) {
    if (known.has(name)) continue;
    known.add(name);
    closure(imports(name), known);
  }
  return known;
}

const sizes = new Map();
function size(name) {
  if (!sizes.has(name)) {
    const options = { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } };
    sizes.set(name, brotliCompressSync(text.get(name), options).length);
  }
  return sizes.get(name);
}

const page = readFileSync(join(dist, 'index.html'), 'utf8');
const entries = [...page.matchAll(/assets\/([^"']+\.js)/g)].map(([, name]) => name);
if (entries.length === 0) throw new Error('index.html names no script; was the portal built?');
const frame = closure(entries);
const kib = (names) => [...names].reduce((sum, name) => sum + size(name), 0) / 1024;

// What the portal was written as is for those who have its source.
let failed = readdirSync(join(dist, 'assets')).some((name) => name.endsWith('.map'));
if (failed) console.log('a map of the source is among the assets');
for (const [screen, view] of Object.entries(SCREENS)) {
  // Several features have a view of one name; the heaviest is the one that counts.
  const candidates = files.filter((name) => name.startsWith(`${view}-`));
  const weight = Math.max(kib(frame), ...candidates.map((name) => kib(closure([name], new Set(frame)))));
  const verdict = weight > MOST ? 'TOO MUCH' : 'ok';
  failed ||= weight > MOST;
  console.log(`${screen.padEnd(10)} ${weight.toFixed(1).padStart(6)} KiB br of ${MOST}  ${verdict}`);
}
if (failed) process.exit(1);
