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
  notified: ['bell', 'neutral'],
};

export function kindLook(kind: string): [IconName, Tone] {
  return KINDS[kind] ?? ['bolt', 'neutral'];
}

const KIND_GROUPS = {
  comments: (kind: string) => kind.startsWith('comment'),
  mail: (kind: string) => kind.startsWith('mail'),
  work: (kind: string) =>
    kind.startsWith('task') ||
    kind.startsWith('process') ||
    kind.startsWith('step') ||
    kind.startsWith('problem') ||
    kind === 'open-work-cancelled' ||
    kind === 'compensated',
  changes: (kind: string) => !/^(comment|mail|task|process|step|problem|open-work|compensated|notified)/.test(kind),
} as const;
export type KindGroup = keyof typeof KIND_GROUPS;

/** The kinds of a group as the server takes them: it looks through the whole history, not only through what is loaded here. */
export function kindsOf(group: KindGroup): string {
  return Object.keys(KINDS).filter(KIND_GROUPS[group]).join(',');
}
