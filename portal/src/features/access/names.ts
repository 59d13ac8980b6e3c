/** Names for the keys of policies: what the table has, else the key in words. Pure. */
import { t } from '../../i18n';
import { words } from '../../lib/format';
import { ACTIONS, KINDS, OPERATIONS } from './names-table';

const CAMUNDA = 'engine-rest';

export function kindName(kind: string): string {
  const name = KINDS[kind];
  return name === undefined ? words(kind) : t(name);
}

/** `kind:action`, as in `case:delete`; an operation of the Camunda interface has two parts itself: `engine-rest:task:claim`. */
export function actionName(key: string): string {
  const at = key.indexOf(':');
  const [kind, action] = at < 0 ? [key, ''] : [key.slice(0, at), key.slice(at + 1)];
  if (action === '*') return t('Everything with “{kind}”', { kind: kindName(kind) });
  if (kind === CAMUNDA) return t('{what}, over the Camunda interface', { what: operationName(action) });
  const name = ACTIONS[key];
  return name === undefined ? t('“{action}” with “{kind}”', { action: words(action), kind: kindName(kind) }) : t(name);
}

function operationName(operation: string): string {
  const name = OPERATIONS[operation] ?? ACTIONS[operation];
  return name === undefined ? words(operation.replaceAll(':', ' ')) : t(name);
}
