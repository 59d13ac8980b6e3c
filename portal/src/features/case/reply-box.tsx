/** Answering by mail. The frame says clearly that this leaves the house; text, recipients and attachments are kept until it is sent. */
import { Button, Group, Stack, Text, Textarea } from '@mantine/core';
import { useRef, useState, type FormEvent } from 'react';
import type { Case, Mail } from '../../api/schema';
import { t } from '../../i18n';
import { useAsked } from '../../lib/asked';
import { readDraft, useDraft } from '../../lib/drafts';
import { Tag } from '../../ui/badges';
import { Icon } from '../../ui/icons';
import { Notice } from '../../ui/notice';
import { UploadList } from '../files/drop';
import { useUploads } from '../files/uploads';
import { addresses, senderName } from '../mails/html';
import { useWriting, WritingNotice } from './presence';
import { addressed, arrivedSince, storedEnvelope, type Envelope } from './reply-draft';
import { ReplyFields } from './reply-fields';
import { KeptDraft } from './reply-kept';
import { SendLater } from './reply-later';
import { ReplyNews } from './reply-news';
import { useSend } from './reply-send';
import { SignatureField, signed, useSignature } from './reply-signature';
import { inserted, TemplatePicker, useTemplates } from './reply-template';

/** The envelope of the answer to a case, with its draft. */
export function useReply(item: Case, latest: Mail | null) {
  const [draft, setDraft] = useDraft(`mail-to.${item.id}`);
  const written = storedEnvelope(draft);
  const envelope = written ?? addressed(latest, item, latest?.id ?? null);
  const put = (next: Envelope) => setDraft(JSON.stringify(next));
  return {
    envelope,
    latest,
    newer: arrivedSince(written, latest),
    change: (part: Partial<Envelope>) => put({ ...envelope, ...part }),
    /** The text and the attachments stay; only whom it goes to is another. */
    answer: (mail: Mail, alone = false) => put(addressed(mail, item, latest?.id ?? null, alone)),

    /** As it was put into the browser by something else. */
    restore: () => setDraft(readDraft(`mail-to.${item.id}`, Date.now())),
    clear: () => setDraft(''),
  };
}
export type Reply = ReturnType<typeof useReply>;

function heading({ answers, forwards }: Envelope): string {
  if (forwards !== null) return t('Forward');
  return answers === null ? t('New mail') : t('Reply');
}

export function ReplyBox({ item, reply }: { item: Case; reply: Reply }) {
  const { envelope, newer, change } = reply;
  const [text, setText] = useDraft(`mail.${item.id}`);
  const [mistake, setMistake] = useState<string | null>(null);
  const [missing, setMissing] = useState<string[]>([]);
  const picker = useRef<HTMLInputElement>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  const writes = useWriting(item.id);
  const { uploads, take, add, remove, retry, clear } = useUploads(undefined, `mail.${item.id}`);
  useAsked('reply', item.id, (detail) => {
    if (detail === 'restored') {
      reply.restore();
      setText(readDraft(`mail.${item.id}`, Date.now()));
    }
    field.current?.focus();
  });
  const busy = uploads.some((one) => one.stored === null && one.error === null);
  const sending = useSend(item, () => {
    setText('');
    setMissing([]);
    clear();
    reply.clear();
  });
  const templates = useTemplates(item, (wanted, rendered) => {
    setText(inserted(readDraft(`mail.${item.id}`, Date.now()), wanted, rendered.body));
    change({ template: wanted.template.id, ...(rendered.subject === '' ? {} : { subject: rendered.subject }) });
    take(rendered.attachments);
    setMissing(rendered.missing.map((each) => each.placeholder));
    field.current?.focus();
  });
  const { signature, ...signing } = useSignature(item, reply.latest?.mailbox);
  const stored = uploads.flatMap((one) => (one.stored === null ? [] : [one.stored]));
  const write = (next: string) => {
    change({});
    setText(next);
    writes();
    templates.typed(next);
  };
  const submit = (event?: FormEvent, sendAt?: string) => {
    event?.preventDefault();
    const [to, cc, bcc] = [envelope.people, envelope.copy, envelope.hidden].map(addresses);
    const wrong = [to, cc, bcc].flatMap((each) => each?.invalid ?? []);
    if (to === undefined || to.valid.length === 0)
      return setMistake(t('Who should get it? Enter at least one address.'));
    if (wrong.length > 0) return setMistake(t('This is not a mail address: {text}', { text: wrong.join(', ') }));
    setMistake(null);
    if (text.trim() === '' || busy || sending.isPending) return;
    const mail = {
      to: to.valid,
      cc: cc?.valid ?? [],
      bcc: bcc?.valid ?? [],
      subject: envelope.subject,
      text: signed(text, signature),
      draft: envelope.shared === null ? ('mine' as const) : ('shared' as const),
      ...(envelope.answers === null ? {} : { inReplyTo: envelope.answers }),
      ...(envelope.forwards === null ? {} : { forwardOf: envelope.forwards }),
      ...(envelope.template === null ? {} : { template: envelope.template }),
      attachments: stored.map((file) => file.id),
      undo: true,
      ...(sendAt === undefined ? {} : { sendAt }),
      ...(envelope.version === null ? {} : { seen: envelope.version }),
    };
    sending.send({ envelope, text, files: stored, mail });
  };
  return (
    <form className="cw-panel" onSubmit={submit} aria-label={heading(envelope)}>
      <Stack p="md" gap="sm">
        <Group justify="space-between">
          <Text fw={650} component="h2" size="sm">
            {heading(envelope)}
          </Text>
          <Tag tone="warning" icon="send">
            {t('Leaves your organisation')}
          </Tag>
        </Group>
        <WritingNotice caseId={item.id} />
        {newer !== null && (
          <Notice
            tone="info"
            icon="mail"
            role="status"
            title={t('A mail of {name} arrived while you were writing', { name: senderName(newer) })}
            testId="reply-newer"
          >
            {t('Your answer is as you left it.')}
            <Group gap="xs" mt={6}>
              <Button size="compact-sm" variant="default" onClick={() => reply.answer(newer)}>
                {t('Answer the new mail instead')}
              </Button>
              <Button
                size="compact-sm"
                variant="subtle"
                onClick={() => change({ seen: newer.id, version: item.version ?? null })}
              >
                {t('Leave it')}
              </Button>
            </Group>
          </Notice>
        )}
        <ReplyFields envelope={envelope} change={change} mistake={mistake} />
        <TemplatePicker templates={templates.templates} choose={templates.choose} />
        {missing.length > 0 && (
          <Notice tone="warning" icon="edit" role="status" testId="reply-missing">
            {t('Nothing is known for {names}: look for the blanks.', { names: missing.join(', ') })}
          </Notice>
        )}
        <Textarea
          ref={field}
          label={t('Text')}
          autosize
          minRows={5}
          maxRows={20}
          value={text}
          onChange={(event) => write(event.currentTarget.value)}
          required
          data-testid="reply-text"
          onKeyDown={(event) => {
            if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) submit();
          }}
        />
        <SignatureField {...signing} signature={signature} />
        <UploadList uploads={uploads} remove={remove} retry={retry} />
        <KeptDraft
          item={item}
          envelope={envelope}
          text={text}
          files={stored}
          latest={reply.latest?.id ?? null}
          change={change}
          isSending={sending.isPending}
        />
        <Group justify="space-between">
          <Button
            variant="default"
            leftSection={<Icon name="paperclip" size={15} />}
            onClick={() => picker.current?.click()}
          >
            {t('Attach')}
          </Button>
          <input
            ref={picker}
            type="file"
            multiple
            hidden
            aria-label={t('Attach')}
            data-testid="reply-files"
            onChange={(event) => {
              change({});
              add([...(event.currentTarget.files ?? [])]);
              event.currentTarget.value = '';
            }}
          />
          <Group gap="sm">
            <SendLater disabled={text.trim() === '' || busy} choose={(at) => submit(undefined, at)} />
            <Button
              type="submit"
              leftSection={<Icon name="send" size={15} />}
              loading={sending.isPending}
              disabled={text.trim() === '' || busy}
              data-testid="reply-send"
            >
              {t('Send')}
            </Button>
          </Group>
        </Group>
      </Stack>
      <ReplyNews news={sending.news} look={sending.look} anyway={sending.anyway} isPending={sending.isPending} />
    </form>
  );
}
