/**
 * Whom an answer goes to while it is being written. It follows the latest mail only as long as nobody has touched it: from the first key, address or
 * attachment on it stays as it is, whatever arrives meanwhile. Pure.
 */
import type { Case, Mail } from '../../api/schema';
import type { TakenFile } from '../files/uploads';
import { forwardSubject, replySubject } from '../mails/html';

export interface Envelope {
  /** Id of the mail that is answered; none for a first mail. */
  answers: string | null;
  people: string;
  copy: string;
  /** Who gets it without the others' knowing. */
  hidden: string;
  subject: string;
  /** Id of the mail that is passed on; none: it is an answer, or a first mail. */
  forwards: string | null;
  /** Id of the template whose files it may carry. */
  template: string | null;
  /** The version of the case up to which the writer has seen it. */
  version: number | null;
  /** The latest mail the writer knew of; another one since then is told. */
  seen: string | null;
  /** Everybody who works on the case writes in it; none: it is the writer's own. */
  shared: { revision: number } | null;
}

export function mailTime(mail: Mail): string {
  return mail.receivedAt ?? mail.sentAt ?? '';
}

export function inOrder(mails: Mail[]): Mail[] {
  return [...mails].sort((a, b) => mailTime(a).localeCompare(mailTime(b)));
}

/** The mail that waits for an answer: the last one received, else the last one of ours. */
export function latestOf(thread: Mail[]): Mail | null {
  return thread.findLast((mail) => mail.direction === 'in') ?? thread.at(-1) ?? null;
}

/** Who gets the answer: the sender of a received mail, the recipients of one of ours, else the requester. */
export function recipients(to: Mail | null, item: Pick<Case, 'requester'>): string {
  if (to === null) return item.requester?.email ?? '';
  return to.direction === 'in'
    ? (to.from?.address ?? item.requester?.email ?? '')
    : to.to.map((each) => each.address).join(', ');
}

type Addressed = Pick<Case, 'requester' | 'title'> & Partial<Pick<Case, 'version'>>;

/** `alone`: only to who wrote it, and not to those who had a copy. */
export function addressed(to: Mail | null, item: Addressed, seen: string | null, alone = false): Envelope {
  return {
    answers: to?.id ?? null,
    people: recipients(to, item),
    copy: to?.direction === 'in' && !alone ? to.cc.map((each) => each.address).join(', ') : '',
    hidden: '',
    subject: to === null ? item.title : replySubject(to.subject),
    forwards: null,
    template: null,
    version: item.version ?? null,
    seen,
    shared: null,
  };
}

/** The files of a mail; those that are kept apart stay where they are. */
export function filesOf(mail: Mail): TakenFile[] {
  return mail.attachments
    .filter((file) => file.state === 'kept')
    .map((file) => ({ id: file.fileId, name: file.name, size: file.size, contentType: file.contentType }));
}

/** The mail passed on to whomever the writer names. */
export function forwarding(mail: Mail, item: Addressed, seen: string | null): Envelope {
  return { ...addressed(null, item, seen), forwards: mail.id, people: '', subject: forwardSubject(mail.subject) };
}

/** What stands below the own words of a mail that is passed on. */
export function quoted(mail: Mail, head: string): string {
  const lines = (mail.text ?? '').trimEnd().split('\n');
  return `\n\n${head}\n${lines.map((line) => `> ${line}`).join('\n')}`;
}

/** A mail that was taken back, as it was written. */
export function takenBack(mail: Mail, item: Addressed): Envelope {
  return {
    ...addressed(null, item, null),
    people: mail.to.map((each) => each.address).join(', '),
    copy: mail.cc.map((each) => each.address).join(', '),
    hidden: mail.bcc.join(', '),
    subject: mail.subject,
  };
}

const text = (value: unknown) => (typeof value === 'string' ? value : '');

/** The envelope of an earlier page; none when there is no draft or it cannot be read. */
export function storedEnvelope(draft: string): Envelope | null {
  if (draft === '') return null;
  const parsed = JSON.parse(draft) as Partial<Envelope>;
  return {
    answers: parsed.answers ?? null,
    people: text(parsed.people),
    copy: text(parsed.copy),
    hidden: text(parsed.hidden),
    subject: text(parsed.subject),
    forwards: parsed.forwards ?? null,
    template: parsed.template ?? null,
    version: parsed.version ?? null,
    seen: parsed.seen ?? null,
    shared: parsed.shared ?? null,
  };
}

/** The mail that arrived since the writer began; none when nothing did. */
export function arrivedSince(envelope: Envelope | null, latest: Mail | null): Mail | null {
  return envelope !== null && latest !== null && latest.direction === 'in' && latest.id !== envelope.seen
    ? latest
    : null;
}
