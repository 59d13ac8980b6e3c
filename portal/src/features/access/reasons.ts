/** What policy says of a decision, as sentences. */
import type { AccessReason } from '../../api/schema';
import { t, type Message } from '../../i18n';

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

const OF_KIND: Record<string, Message> = {
  everything: 'The role {role} grants everything.',
  kind: 'The role {role} grants everything with {kind}.',
  action: 'The role {role} grants {what}.',
};

export function sentence(reason: AccessReason): string {
  const { code, role, kind, action, groups } = reason;
  if (code === 'granted' && role != null) {
    const which = kind === '*' ? 'everything' : action === '*' ? 'kind' : 'action';
    return t(OF_KIND[which] as Message, { role, kind: kind ?? '', what: `${kind ?? ''}:${action ?? ''}` });
  }
  if (code === 'restricted')
    return groups == null || groups.length === 0
      ? t('The case is restricted, and no group may see it.')
      : t('The case is restricted to {groups}; they are in none of these groups, and do not have the case.', {
          groups: groups.join(', '),
        });
  if (code === 'by-method') return t('It is allowed as what {action} is allowed.', { action: action ?? '' });
  const known = SENTENCES[code];
  // An own policy has words of its own.
  return known === undefined ? code : t(known);
}
