/** Answering by mail. The frame says clearly that this leaves the house; text, recipients and attachments are kept until it is sent. */
import { Button, Group, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRef, useState, type FormEvent } from 'react';
import { api, take } from '../../api/client';
import type { Case, Mail } from '../../api/schema';
import { t } from '../../i18n';
import { useAsked } from '../../lib/asked';
import { useDraft } from '../../lib/drafts';
import { Tag } from '../../ui/badges';
import { Icon } from '../../ui/icons';
import { Notice } from '../../ui/notice';
import { report, told } from '../../ui/toast';
import { UploadList } from '../files/drop';
import { useUploads } from '../files/uploads';
import { addresses, senderName } from '../mails/html';
import { addressed, arrivedSince, storedEnvelope, type Envelope } from './reply-draft';

/** The envelope of the answer to a case, with its draft. */
export function useReply(item: Case, latest: Mail | null) {
  const [draft, setDraft] = useDraft(`mail-to.${item.id}`);
  const written = storedEnvelope(draft);
  const envelope = written ?? addressed(latest, item, latest?.id ?? null);
  return {
    envelope,
    newer: arrivedSince(written, latest),
    change: (part: Partial<Envelope>) => setDraft(JSON.stringify({ ...envelope, ...part })),
    /** The text and the attachments stay; only whom it goes to is another. */
    answer: (mail: Mail) => setDraft(JSON.stringify(addressed(mail, item, latest?.id ?? null))),
    clear: () => setDraft(''),
  };
}
export type Reply = ReturnType<typeof useReply>;

export function ReplyBox({ item, reply }: { item: Case; reply: Reply }) {
  const queries = useQueryClient();
  const { envelope, newer, change } = reply;
  const [text, setText] = useDraft(`mail.${item.id}`);
  const [withCopy, setWithCopy] = useState(false);
  const [mistake, setMistake] = useState<string | null>(null);
  const picker = useRef<HTMLInputElement>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  useAsked('reply', item.id, () => field.current?.focus());
  const { uploads, add, remove, retry, clear } = useUploads(undefined, `mail.${item.id}`);
  const busy = uploads.some((one) => one.stored === null && one.error === null);
  const send = useMutation({
    mutationFn: () =>
      take(
        api.POST('/api/v1/cases/{id}/mails', {
          params: { path: { id: item.id } },
          body: {
            to: addresses(envelope.people).valid,
            cc: addresses(envelope.copy).valid,
            subject: envelope.subject,
            text,
            ...(envelope.answers === null ? {} : { inReplyTo: envelope.answers }),
            attachments: uploads.flatMap((one) => (one.stored === null ? [] : [one.stored.id])),
          },
        }),
      ),
    onSuccess: () => {
      setText('');
      clear();
      reply.clear();
      told(t('The mail is on its way'));
      return queries.invalidateQueries({ queryKey: ['case'] });
    },
    onError: (error) => report(error, t('The mail was not sent')),
  });
  const submit = (event?: FormEvent) => {
    event?.preventDefault();
    const wrong = [...addresses(envelope.people).invalid, ...addresses(envelope.copy).invalid];
    if (addresses(envelope.people).valid.length === 0)
      return setMistake(t('Who should get it? Enter at least one address.'));
    if (wrong.length > 0) return setMistake(t('This is not a mail address: {text}', { text: wrong.join(', ') }));
    setMistake(null);
    if (text.trim() !== '' && !busy && !send.isPending) send.mutate();
  };
  return (
    <form className="cw-panel" onSubmit={submit} aria-label={t('Reply')}>
      <Stack p="md" gap="sm">
        <Group justify="space-between">
          <Text fw={650} component="h2" size="sm">
            {envelope.answers === null ? t('New mail') : t('Reply')}
          </Text>
          <Tag tone="warning" icon="send">
            {t('Leaves your organisation')}
          </Tag>
        </Group>
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
              <Button size="compact-sm" variant="subtle" onClick={() => change({ seen: newer.id })}>
                {t('Leave it')}
              </Button>
            </Group>
          </Notice>
        )}
        <Group align="flex-end" gap="xs" wrap="nowrap">
          <TextInput
            label={t('To')}
            style={{ flex: 1 }}
            value={envelope.people}
            onChange={(event) => change({ people: event.currentTarget.value })}
            error={mistake}
            required
            data-testid="reply-to"
          />
          {!withCopy && envelope.copy === '' && (
            <Button variant="subtle" size="sm" onClick={() => setWithCopy(true)}>
              {t('Cc')}
            </Button>
          )}
        </Group>
        {(withCopy || envelope.copy !== '') && (
          <TextInput
            label={t('Copy to')}
            value={envelope.copy}
            onChange={(event) => {
              setWithCopy(true);
              change({ copy: event.currentTarget.value });
            }}
            data-testid="reply-copy"
          />
        )}
        <TextInput
          label={t('Subject')}
          value={envelope.subject}
          onChange={(event) => change({ subject: event.currentTarget.value })}
          required
        />
        <Textarea
          ref={field}
          label={t('Text')}
          autosize
          minRows={5}
          maxRows={20}
          value={text}
          onChange={(event) => {
            change({});
            setText(event.currentTarget.value);
          }}
          required
          data-testid="reply-text"
          onKeyDown={(event) => {
            if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) submit();
          }}
        />
        <UploadList uploads={uploads} remove={remove} retry={retry} />
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
            <Text size="xs" c="dimmed">
              {text.trim() !== '' && t('Draft kept in this browser')}
            </Text>
            <Button
              type="submit"
              leftSection={<Icon name="send" size={15} />}
              loading={send.isPending}
              disabled={text.trim() === '' || busy}
              data-testid="reply-send"
            >
              {t('Send')}
            </Button>
          </Group>
        </Group>
      </Stack>
    </form>
  );
}
