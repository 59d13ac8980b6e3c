/** How each kind of timeline entry looks. A kind the portal does not know yet is still shown, by its summary. */
import type { Tone } from '../../lib/sla';
import type { IconName } from '../../ui/icons';

const KINDS: Record<string, [IconName, Tone]> = {
  'case-created': ['plus', 'accent'],
  'title-changed': ['edit', 'neutral'],
  'requester-changed': ['person', 'neutral'],
  'field-changed': ['edit', 'neutral'],
  'due-date-changed': ['clock', 'neutral'],
  'stage-changed': ['stage', 'accent'],
  'status-changed': ['check', 'accent'],
  'milestone-reached': ['stage', 'success'],
  'definition-migrated': ['edit', 'neutral'],
  assigned: ['person', 'neutral'],
  'queue-changed': ['queue', 'neutral'],
  'labels-changed': ['edit', 'neutral'],
  'priority-changed': ['flame', 'neutral'],
  'comment-added': ['comment', 'info'],
  'comment-edited': ['comment', 'info'],
  'comment-deleted': ['trash', 'neutral'],
  'mail-received': ['mail', 'info'],
  'mail-sent': ['send', 'info'],
  'mail-unlinked': ['mail', 'warning'],
  'document-added': ['file', 'neutral'],
  'document-removed': ['trash', 'neutral'],
  linked: ['link', 'neutral'],
  unlinked: ['link', 'neutral'],
  'task-created': ['tasks', 'neutral'],
  'task-claimed': ['person', 'neutral'],
  'task-unclaimed': ['undo', 'neutral'],
  'task-completed': ['check', 'success'],
  'task-cancelled': ['close', 'neutral'],
  'open-work-cancelled': ['close', 'warning'],
  'process-started': ['process', 'neutral'],
  'process-ended': ['process', 'success'],
  'step-failed': ['incident', 'danger'],
  'step-repaired': ['check', 'success'],
  'problem-cleared': ['check', 'success'],
  compensated: ['undo', 'warning'],
  'sla-started': ['clock', 'neutral'],
  'sla-paused': ['pause', 'neutral'],
  'sla-resumed': ['clock', 'neutral'],
  'sla-at-risk': ['clock', 'warning'],
  'sla-breached': ['flame', 'danger'],
  'sla-met': ['check', 'success'],
  'sla-missed': ['flame', 'danger'],
  'sla-cancelled': ['close', 'neutral'],
  'sla-escalated': ['bolt', 'warning'],
  'rule-applied': ['bolt', 'neutral'],
  routed: ['queue', 'neutral'],
  notified: ['bell', 'neutral'],
  'ad-hoc-task-added': ['tasks', 'neutral'],
  'ad-hoc-task-changed': ['edit', 'neutral'],
  'ad-hoc-task-assigned': ['person', 'neutral'],
  'ad-hoc-task-item-ticked': ['check', 'success'],
  'ad-hoc-task-item-unticked': ['undo', 'neutral'],
  'ad-hoc-task-completed': ['check', 'success'],
  'ad-hoc-task-reopened': ['undo', 'neutral'],
  'ad-hoc-task-cancelled': ['close', 'neutral'],
  'ad-hoc-task-moved': ['link', 'neutral'],
  'ad-hoc-task-removed': ['trash', 'neutral'],
  'playbook-item-ticked': ['check', 'success'],
  'playbook-item-unticked': ['undo', 'neutral'],
  'merge-requested': ['link', 'neutral'],
  'merge-abandoned': ['incident', 'warning'],
  merged: ['link', 'accent'],
  'merge-received': ['link', 'accent'],
  'comment-taken': ['comment', 'info'],
  'mail-taken': ['mail', 'info'],
  'split-off': ['link', 'accent'],
  'duplicate-dismissed': ['link', 'neutral'],
  'children-closing': ['check', 'accent'],
  'party-added': ['record', 'neutral'],
  'party-removed': ['record', 'neutral'],
  'hold-placed': ['lock', 'warning'],
  'hold-lifted': ['lock', 'neutral'],
  'disposal-begun': ['trash', 'warning'],
};

export function kindLook(kind: string): [IconName, Tone] {
  return KINDS[kind] ?? ['bolt', 'neutral'];
}

const KIND_GROUPS = {
  comments: (kind: string) => kind.startsWith('comment'),
  mail: (kind: string) => kind.startsWith('mail'),
  work: (kind: string) =>
    kind.startsWith('task') ||
    kind.startsWith('ad-hoc-task') ||
    kind.startsWith('playbook') ||
    kind.startsWith('process') ||
    kind.startsWith('step') ||
    kind.startsWith('problem') ||
    kind === 'open-work-cancelled' ||
    kind === 'compensated',
  changes: (kind: string) =>
    !/^(comment|mail|task|ad-hoc-task|playbook|process|step|problem|open-work|compensated|notified)/.test(kind),
} as const;
export type KindGroup = keyof typeof KIND_GROUPS;

/** The kinds of a group as the server takes them: it looks through the whole history, not only through what is loaded here. */
export function kindsOf(group: KindGroup): string {
  return Object.keys(KINDS).filter(KIND_GROUPS[group]).join(',');
}
