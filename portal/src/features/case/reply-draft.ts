/**
 * Whom an answer goes to while it is being written. It follows the latest mail only as long as nobody has touched it: from the first key, address or
 * attachment on it stays as it is, whatever arrives meanwhile. Pure.
 */
import type { Case, Mail } from '../../api/schema';
import { replySubject } from '../mails/html';

export interface Envelope {
  /** Id of the mail that is answered; none for a first mail. */
  answers: string | null;
  people: string;
  copy: string;
  subject: string;
  /** The latest mail the writer knew of; another one since then is told. */
  seen: string | null;
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

export function addressed(to: Mail | null, item: Pick<Case, 'requester' | 'title'>, seen: string | null): Envelope {
  return {
    answers: to?.id ?? null,
    people: recipients(to, item),
    copy: to?.direction === 'in' ? to.cc.map((each) => each.address).join(', ') : '',
    subject: to === null ? item.title : replySubject(to.subject),
    seen,
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
    subject: text(parsed.subject),
    seen: parsed.seen ?? null,
  };
}

/** The mail that arrived since the writer began; none when nothing did. */
export function arrivedSince(envelope: Envelope | null, latest: Mail | null): Mail | null {
  return envelope !== null && latest !== null && latest.direction === 'in' && latest.id !== envelope.seen
    ? latest
    : null;
}
