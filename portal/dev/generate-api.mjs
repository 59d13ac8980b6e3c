// Fetches the API's description from a running server into openapi.json (committed) and writes src/api/generated.ts (not committed) from it.
//   CASEWRIGHT_URL=http://127.0.0.1:8080 npm run api        fetch and generate
//   npm run types                                           only generate; needs no server, and every build does it
import { readFile, writeFile } from 'node:fs/promises';
import openapiTypescript, { astToString } from 'openapi-typescript';

const snapshot = new URL('../openapi.json', import.meta.url);
const target = new URL('../src/api/generated.ts', import.meta.url);
const server = process.env.CASEWRIGHT_URL ?? 'http://127.0.0.1:8080';
const METHODS = ['get', 'put', 'post', 'patch', 'delete'];

/** A name that nothing declares is a gap in the description. */
function refuseMissing(document) {
  const names = new Set(JSON.stringify(document).match(/(?<=#\/components\/schemas\/)\w+/g));
  const missing = [...names].filter((name) => document.components.schemas[name] === undefined);
  if (missing.length > 0) throw new Error(`openapi.json names and does not declare: ${missing.join(', ')}`);
}

function reachable(document, start) {
  const found = new Set();
  const visit = (node) => {
    if (Array.isArray(node)) node.forEach(visit);
    else if (typeof node === 'object' && node !== null) {
      const name = typeof node.$ref === 'string' ? node.$ref.split('/').at(-1) : undefined;
      if (name !== undefined && !found.has(name)) {
        found.add(name);
        visit(document.components.schemas[name]);
      }
      Object.values(node).forEach(visit);
    }
  };
  visit(start);
  return found;
}

/** A page spells its items out; their own name reads better, and is one type instead of two. */
function namePageItems(document) {
  for (const [name, schema] of Object.entries(document.components.schemas)) {
    const item = name.match(/^PageBody_(\w+)$/)?.[1];
    if (item !== undefined && document.components.schemas[item] !== undefined)
      schema.properties.items.items = { $ref: `#/components/schemas/${item}` };
  }
}

/** The server writes every field of an answer, null when there is nothing; only requests may leave fields out. */
function completeAnswers(document) {
  const answers = Object.values(document.paths).flatMap((operations) =>
    METHODS.map((method) => operations[method]?.responses ?? {}),
  );
  const complete = (schema) => {
    if (schema?.properties !== undefined) schema.required = Object.keys(schema.properties);
    for (const part of schema?.allOf ?? []) complete(part);
  };
  for (const name of reachable(document, answers)) if (name !== 'Problem') complete(document.components.schemas[name]);
}

async function types(text) {
  const document = JSON.parse(text);
  refuseMissing(document);
  namePageItems(document);
  completeAnswers(document);
  const nodes = await openapiTypescript(document, { defaultNonNullable: false, emptyObjectsUnknown: true });
  return `// Written by \`npm run api\` from openapi.json. Do not edit.\n${astToString(nodes)}`;
}

if (process.argv.includes('--types')) {
  await writeFile(target, await types(await readFile(snapshot, 'utf8')));
} else {
  const answer = await fetch(`${server}/api/v1/openapi.json`);
  if (!answer.ok) throw new Error(`${server}/api/v1/openapi.json answered ${answer.status}`);
  const text = `${JSON.stringify(await answer.json(), null, 1)}\n`;
  await writeFile(snapshot, text);
  await writeFile(target, await types(text));
}
