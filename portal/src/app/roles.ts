/** What people call the roles; one of an installation's own is told by its key in words. */
import { t, type Message } from '../i18n';
import { words } from '../lib/format';

const ROLES: Readonly<Record<string, Message>> = {
  'case-worker': 'Case worker',
  supervisor: 'Supervisor',
  'process-developer': 'Process developer',
  'automation-developer': 'Automation developer',
  'privacy-officer': 'Privacy officer',
  admin: 'Administrator',
  operator: 'Operator',
};

export function roleName(role: string): string {
  const name = ROLES[role];
  return name === undefined ? words(role) : t(name);
}
