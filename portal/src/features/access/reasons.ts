/** What policy says of a decision, as sentences; the keys that they are about stand apart. Pure. */
import type { AccessReason } from '../../api/schema';
import { roleName } from '../../app/roles';
import { formats, t, type Message } from '../../i18n';
import { words } from '../../lib/format';
import { actionName, kindName } from './names';

const SENTENCES: Record<string, Message> = {
  'account-disabled': 'The account is disabled: it cannot sign in.',
  'allowed-by-own-policy': 'A policy of this installation allows it.',
  'delete-takes-oversight': 'What others work on is deleted by those who oversee.',
  'denied-by-own-policy': 'A policy of this installation forbids it.',
  'given-by-another': 'Somebody else has it, and somebody else gave it to them.',
  'hold-takes-oversight': 'Holds are placed and lifted by those who oversee or look after privacy.',
  'inspect-takes-oversight': 'Files in quarantine are looked at by those who oversee.',
  'no-candidate': 'The task has candidates, and they are none of them.',
  'not-a-member': 'The queue has members, and they are none of them.',
  'not-granted': 'None of their roles grants it.',
  'not-ones-own-absence': 'When somebody is away is said by themselves or by those who oversee.',
  'not-shared': 'It is not theirs, and not shared with them.',
  'not-the-assignee': 'They do not have the task.',
  'not-the-owner': 'It belongs to somebody else.',
  'not-the-receiver': 'A notification is its receiver’s alone.',
  'operators-only': 'Engines of other organisations are for operators of the installation.',
  'own-account': 'It is their own account.',
  'taken-by-another': 'Somebody else has the task.',
  'unattached-file': 'The file is in no case, and somebody else uploaded it.',
};

/** A sentence, and what policies call what it is about; null: nothing that they would name. */
export interface Told {
  text: string;
  key: string | null;
}

const listed = (names: readonly string[]) => new Intl.ListFormat(formats(), { type: 'disjunction' }).format(names);

/** `group` gives the name of a group. */
export function told(reason: AccessReason, group: (id: string) => string): Told {
  const { code, role, action, groups } = reason;
  if (code === 'granted' && role != null) return granted(role, reason.kind ?? '*', action ?? '*');
  if (code === 'restricted') return { text: restricted((groups ?? []).map(group)), key: null };
  if (code === 'by-method')
    return {
      text: action === 'read' ? t('It is allowed as reading is allowed.') : t('It is allowed as writing is allowed.'),
      key: action ?? null,
    };
  const known = SENTENCES[code];
  // An own policy has words of its own.
  return known === undefined ? { text: words(code), key: code } : { text: t(known), key: null };
}

function granted(role: string, kind: string, action: string): Told {
  const name = roleName(role);
  const key = `${role} · ${kind}:${action}`;
  if (kind === '*') return { text: t('The role “{role}” grants everything.', { role: name }), key };
  if (action === '*')
    return {
      text: t('The role “{role}” grants everything with “{kind}”.', { role: name, kind: kindName(kind) }),
      key,
    };
  return {
    text: t('The role “{role}” grants “{what}”.', { role: name, what: actionName(`${kind}:${action}`) }),
    key,
  };
}

function restricted(groups: readonly string[]): string {
  return groups.length === 0
    ? t('The case is restricted, and no group may see it.')
    : t('The case is restricted to {groups}; they are in none of these groups, and do not have the case.', {
        groups: listed(groups),
      });
}
