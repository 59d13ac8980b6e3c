// The parts by others that are built into the portal, with their licences, for the page that names them; and that none of them is there twice.
//   node dev/licences.mjs            writes src/features/home/parts.ts
//   node dev/licences.mjs --check    fails when that is not what package-lock.json says
import { readFileSync, writeFileSync } from 'node:fs';

const read = (path) => readFileSync(new URL(path, import.meta.url), 'utf8');
const FILE = '../src/features/home/parts.ts';
/** Libraries that a browser must not load in two versions. */
const ONCE = [
  'react',
  'react-dom',
  '@mantine/core',
  '@mantine/hooks',
  '@tanstack/react-query',
  'diagram-js',
  'preact',
  'luxon',
];
/** More libraries for dates than the one that forms bring. */
const NEVER = ['moment', 'dayjs', 'date-fns'];

const { packages } = JSON.parse(read('../package-lock.json'));
const built = Object.entries(packages).filter(([path, each]) => path !== '' && !each.dev && !each.devOptional);
const nameOf = (path) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
const parts = new Map();
const faults = [];
for (const [path, { license }] of built) {
  const name = nameOf(path);
  if (typeof license !== 'string' || license === '') faults.push(`${name} names no licence`);
  if (ONCE.includes(name) && parts.has(name)) faults.push(`${name} is there twice`);
  if (NEVER.includes(name)) faults.push(`${name} is not wanted`);
  // Who refers to a file means one of its own: bpmn.io's licence.
  parts.set(name, /^SEE LICENSE/i.test(license ?? '') ? 'bpmn.io licence' : license);
}
const quoted = (text) => `'${text.replaceAll("'", "\\'")}'`;
const lines = [...parts]
  .toSorted(([a], [b]) => (a < b ? -1 : 1))
  .map(([name, of]) => `  [${quoted(name)}, ${quoted(of)}],`);
const text = `/** Made by dev/licences.mjs of package-lock.json: what others wrote of the portal, and its licence. */
export const PARTS: readonly (readonly [name: string, licence: string])[] = [
${lines.join('\n')}
];
`;
if (process.argv.includes('--check')) {
  if (read(FILE) !== text) faults.push('src/features/home/parts.ts is not of package-lock.json: npm run licences');
} else writeFileSync(new URL(FILE, import.meta.url), text);
for (const fault of faults) console.error(fault);
if (faults.length > 0) process.exit(1);
