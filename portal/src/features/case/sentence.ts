/**
 * What a timeline entry says, in the language of the reader: from the entry's kind and data, with names where the data has ids.
 * A kind that is not known here is told by the server's own (English) summary. Pure.
 */
import type { TimelineItem } from '../../api/schema';
import { formats, plural, t } from '../../i18n';
import { dateTime, words } from '../../lib/format';

/** Names for ids; each gives back something readable when it does not know the id. */
export interface Names {
  person(id: string): string;
  queue(id: string): string;
  field(key: string): string;
  process(keyOrName: string): string;
}

type Data = Record<string, unknown>;
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const list = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
const parts = (value: unknown): Data[] => (Array.isArray(value) ? value.map(part) : []);
const part = (value: unknown): Data => (typeof value === 'object' && value !== null ? (value as Data) : {});

export function sentence(entry: Pick<TimelineItem, 'kind' | 'summary' | 'data'>, names: Names): string {
  const data = part(entry.data);
  return TOLD[entry.kind]?.(data, names) ?? entry.summary;
}

const TOLD: Record<string, (data: Data, names: Names) => string | null> = {
  'case-created': (data) => t('Case created: {title}', { title: text(data.title) }),
  'title-changed': (data) => t('Title changed to “{title}”', { title: text(data.after) }),
  'field-changed': (data, names) =>
    t('Changed {what}', {
      what: fieldChanges(data)
        .map((change) => names.field(change.key))
        .join(', '),
    }),
  'priority-changed': (data) =>
    t('Priority changed from {before} to {after}', { before: String(data.before), after: String(data.after) }),
  'due-date-changed': (data) =>
    typeof data.after === 'string' ? t('Due date set to {at}', { at: dateTime(data.after) }) : t('Due date removed'),
  'labels-changed': (data) =>
    [
      list(data.added).length > 0 ? t('Labelled {labels}', { labels: list(data.added).join(', ') }) : '',
      list(data.removed).length > 0 ? t('Label removed: {labels}', { labels: list(data.removed).join(', ') }) : '',
    ]
      .filter(Boolean)
      .join(' · '),
  'stage-changed': (data) => {
    const places = { before: text(part(data.from).name), after: text(part(data.to).name) };
    const skipped = parts(data.skipped).map(({ name }) => text(name));
    return [
      text(data.reason) === ''
        ? t('Stage changed from “{before}” to “{after}”', places)
        : t('Stage changed from “{before}” to “{after}”: {reason}', { ...places, reason: text(data.reason) }),
      skipped.length > 0 ? t('Skipped: {stages}', { stages: skipped.join(', ') }) : '',
    ]
      .filter(Boolean)
      .join(' · ');
  },
  'milestone-reached': (data) => t('Milestone reached: {name}', { name: text(part(data.milestone).name) }),
  'definition-migrated': (data) =>
    t('Moved from version {before} to {after} of its case type', {
      before: String(data.from),
      after: String(data.to),
    }),
  'requester-changed': (data) =>
    data.after == null
      ? t('Requester removed')
      : t('Requester is now {name}', { name: text(part(data.after).name) || text(part(data.after).email) }),
  'status-changed': (data) => {
    const ended = text(part(data.resolution).name);
    const status = text(part(data.to).name);
    const places = {
      before: text(part(data.from).name),
      after: ended === '' ? status : t('{status} ({resolution})', { status, resolution: ended }),
    };
    return text(data.reason) === ''
      ? t('Status changed from “{before}” to “{after}”', places)
      : t('Status changed from “{before}” to “{after}”: {reason}', { ...places, reason: text(data.reason) });
  },
  'queue-changed': (data, names) =>
    typeof data.to === 'string'
      ? t('Moved to queue “{queue}”', { queue: names.queue(data.to) })
      : t('Taken out of its queue'),
  assigned: (data, names) =>
    data.to == null
      ? t('Unassigned')
      : t('Assigned to {name}', { name: text(part(data.to).name) || names.person(text(part(data.to).id)) }),
  'comment-added': () => t('commented'),
  'comment-edited': () => t('Edited a comment'),
  'comment-deleted': () => t('Deleted a comment'),
  'document-added': (data) => t('Added document “{name}”', { name: text(part(data.document).name) }),
  'document-removed': (data) => t('Removed document “{name}”', { name: text(data.name) }),
  'mail-received': (data) =>
    t('Mail from {from}: {subject}', { from: text(data.from), subject: text(data.subject) || t('(no subject)') }),
  'mail-sent': (data) =>
    t('Mail to {to}: {subject}', { to: list(data.to).join(', '), subject: text(data.subject) || t('(no subject)') }),
  'mail-unlinked': () => t('A mail was taken out of the case'),
  linked: (data) =>
    part(data.link).isIncoming === true ? t('Another case was linked with this one') : t('Linked with another case'),
  unlinked: () => t('A link with another case was removed'),
  'task-created': (data) => t('Task created: {task}', { task: text(part(data.task).name) }),
  'task-claimed': (data, names) =>
    typeof part(data.task).assignee === 'string'
      ? t('Task “{task}” taken by {name}', {
          task: text(part(data.task).name),
          name: names.person(text(part(data.task).assignee)),
        })
      : t('Task claimed: {task}', { task: text(part(data.task).name) }),
  'task-unclaimed': (data) => t('Task released: {task}', { task: text(part(data.task).name) }),
  'task-completed': (data) => t('Task completed: {task}', { task: text(part(data.task).name) }),
  'task-cancelled': (data) => t('Task cancelled: {task}', { task: text(part(data.task).name) }),
  'open-work-cancelled': (data) =>
    t('Cancelled with the case: {work}', {
      work: [...list(data.tasks), ...parts(data.cancelled).map((each) => text(each.name))].join(', '),
    }),
  'process-started': (data, names) => t('Process “{name}” started', { name: names.process(text(data.name)) }),
  'process-ended': (data, names) =>
    data.state === 'COMPLETED'
      ? t('Process “{name}” completed', { name: names.process(text(data.name)) })
      : t('Process “{name}” was ended', { name: names.process(text(data.name)) }),
  'step-failed': (data) => t('Step “{step}” failed: {reason}', { step: text(data.step), reason: text(data.reason) }),
  'step-repaired': (data) => t('Step “{step}” goes on', { step: text(data.step) }),
  compensated: (data) => {
    const places = { step: text(data.step), reason: text(data.reason) };
    return text(data.failedStep) === ''
      ? t('Step “{step}” was undone: {reason}', places)
      : t('Step “{step}” was undone because “{failed}” failed: {reason}', { ...places, failed: text(data.failedStep) });
  },
  'problem-cleared': () => t('Problem cleared'),
  'sla-started': (data) => t('{name}: the clock started', { name: text(data.name) }),
  'sla-paused': (data) => t('{name}: the clock is paused', { name: text(data.name) }),
  'sla-resumed': (data) => t('{name}: the clock goes on', { name: text(data.name) }),
  'sla-at-risk': (data) => t('{name} is at risk', { name: text(data.name) }),
  'sla-breached': (data) => t('{name} was breached', { name: text(data.name) }),
  'sla-met': (data) => t('{name} was met', { name: text(data.name) }),
  'sla-missed': (data) => t('{name} was missed', { name: text(data.name) }),
  'sla-cancelled': (data) => t('{name}: no longer needed', { name: text(data.name) }),
  'sla-escalated': (data) =>
    t('{name}: {percent} % of the time is used up', { name: text(data.name), percent: String(data.percent) }),
  'rule-applied': (data) => {
    const run = part(data.run);
    const name = text(run.name) || text(data.rule);
    if (text(run.reason) !== '')
      return t('Rule “{name}” was not applied: {reason}', { name, reason: text(run.reason) });
    return run.outcome === 'failed'
      ? t('Rule “{name}” applied, but not all of it', { name })
      : t('Rule “{name}” applied', { name });
  },
  routed: (data) =>
    typeof data.rule === 'string'
      ? t('Routed by rule “{name}”', { name: text(data.name) })
      : t('Routed by the catch-all'),
  notified: (data, names) =>
    t('Notified {names}', {
      names: new Intl.ListFormat(formats()).format([
        ...list(data.to).map(names.person),
        ...list(data.groups).map(words),
      ]),
    }),
  'party-added': (data) => t('A record was added as “{role}”', { role: words(text(part(data.party).role)) }),
  'party-removed': (data) =>
    t('The record that was “{role}” was taken out', { role: words(text(part(data.party).role)) }),
  'ad-hoc-task-added': (data) => t('Task added: {task}', ownTask(data)),
  'ad-hoc-task-changed': (data) => t('Task changed: {task}', ownTask(data)),
  'ad-hoc-task-assigned': (data) => {
    const { assignee, group } = part(data.task);
    const name = text(part(assignee).name) || words(text(group));
    return name === ''
      ? t('Task released: {task}', ownTask(data))
      : t('Task “{task}” given to {name}', { ...ownTask(data), name });
  },
  'ad-hoc-task-item-ticked': (data) =>
    t('“{item}” of task “{task}” is done', { ...ownTask(data), item: text(data.item) }),
  'ad-hoc-task-item-unticked': (data) =>
    t('“{item}” of task “{task}” is to be done again', { ...ownTask(data), item: text(data.item) }),
  'ad-hoc-task-completed': (data) => t('Task completed: {task}', ownTask(data)),
  'ad-hoc-task-reopened': (data) => t('Task opened again: {task}', ownTask(data)),
  'ad-hoc-task-cancelled': (data) => t('Task cancelled: {task}', ownTask(data)),
  'ad-hoc-task-moved': (data) => t('Task moved: {task}', ownTask(data)),
  'ad-hoc-task-removed': (data) => t('Task deleted: {task}', ownTask(data)),
  'playbook-item-ticked': (data) => t('Done: {item}', { item: text(data.title) }),
  'playbook-item-unticked': (data) => t('To be done again: {item}', { item: text(data.title) }),
  'merge-requested': (data) => t('To be merged into {number}', { number: text(part(data.into).number) }),
  'merge-abandoned': (data) => t('Not merged into {number}', { number: text(part(data.into).number) }),
  merged: (data) => t('Merged into {number}', { number: text(part(data.into).number) }),
  'merge-received': (data) => t('{number} was merged into this case', { number: text(part(data.from).number) }),
  'comment-taken': (data) => t('Comment of {name} from a merged case', { name: text(part(data.author).name) }),
  'mail-taken': () => t('A mail came from another case'),
  'split-off': (data) => t('Split off from {number}', { number: text(part(data.from).number) }),
  'duplicate-dismissed': () => t('A similar case is no duplicate'),
  'children-closing': (data) => {
    const count = Array.isArray(data.children) ? data.children.length : 0;
    return plural('{count} child case closed with it', '{count} child cases closed with it', count);
  },
  'hold-placed': (data) => t('Legal hold: {reason}', { reason: text(part(data.hold).reason) }),
  'hold-lifted': (data) =>
    t('Legal hold “{hold}” lifted: {reason}', { hold: text(part(data.hold).reason), reason: text(data.reason) }),
  'disposal-begun': () => t('The case is being deleted'),
  forgotten: () => t('The case was deleted'),
};

/** A task that somebody added by hand. */
const ownTask = (data: Data) => ({ task: text(part(data.task).title) });

export interface FieldChange {
  key: string;
  before: unknown;
  after: unknown;
}

/** The single changes of a `field-changed` entry; none for every other kind. */
export function fieldChanges(data: Data | undefined): FieldChange[] {
  const changes = Array.isArray(data?.changes) ? data.changes : [];
  return changes
    .map((each) => part(each))
    .filter((each) => typeof each.key === 'string')
    .map((each) => ({ key: text(each.key), before: each.before, after: each.after }));
}
