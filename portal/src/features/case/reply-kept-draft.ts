/** The draft of an answer as the server keeps it, and as the box shows it. Pure. */
import type { Case, MailDraft } from '../../api/schema';
import type { TakenFile } from '../files/uploads';
import { addressed, type Envelope } from './reply-draft';

export type DraftContent = MailDraft['content'];

export function contentOf(envelope: Envelope, text: string, files: TakenFile[]): DraftContent {
  return {
    to: envelope.people,
    cc: envelope.copy,
    bcc: envelope.hidden,
    subject: envelope.subject,
    text,
    inReplyTo: envelope.answers,
    forwardOf: envelope.forwards,
    template: envelope.template,
    attachments: files.map(({ id, name, size, contentType }) => ({ id, name, size, contentType })),
  };
}

/** A draft of the server, to be gone on with here. `seen`: the latest mail there is. */
export function writtenElsewhere({ whose, content, revision }: MailDraft, item: Case, seen: string | null) {
  const envelope: Envelope = {
    ...addressed(null, item, seen),
    answers: content.inReplyTo ?? null,
    people: content.to ?? '',
    copy: content.cc ?? '',
    hidden: content.bcc ?? '',
    subject: content.subject ?? '',
    forwards: content.forwardOf ?? null,
    template: content.template ?? null,
    shared: whose === 'shared' ? { revision } : null,
  };
  return { envelope, text: content.text ?? '', files: (content.attachments ?? []) as TakenFile[] };
}
