// The places of the portal, as its own table says them: where each is and what somebody must be allowed to find something there.
import { readFile } from 'node:fs/promises';

const TABLE = new URL('../../src/app/navigation.ts', import.meta.url);

/** `{path, needs}` of every place. */
export async function places() {
  const source = await readFile(TABLE, 'utf8');
  const table = source.slice(source.indexOf('export function navigation'));
  const found = [...table.matchAll(/to: '([^']+)'[^}]*?(?:needs: '([^']+)'[^}]*?)?\}/gs)];
  return found.map(([entry, path]) => ({ path, needs: /needs: '([^']+)'/.exec(entry)?.[1] }));
}

/** Whether somebody with these permissions may; `*` stands for every kind, action, or both. */
export function allows(permissions, wanted) {
  if (wanted === undefined) return true;
  const [kind, action] = wanted.split(':');
  return permissions.some((each) => {
    const [ofKind, ofAction] = each === '*' ? ['*', '*'] : each.split(':');
    return ['*', kind].includes(ofKind) && ['*', action].includes(ofAction);
  });
}
