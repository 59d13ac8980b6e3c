/** Answering by mail. The frame says clearly that this leaves the house; the draft and the recipients are kept until it is sent. */
import { Button, Group, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRef, useState, type FormEvent } from 'react';
import { api, take } from '../../api/client';
import type { Case, Mail } from '../../api/schema';
import { t } from '../../i18n';
import { useDraft } from '../../lib/drafts';
import { Tag } from '../../ui/badges';
import { Icon } from '../../ui/icons';
import { UploadList, useUploads } from '../files/drop';
import { addresses, replySubject } from '../mails/html';
import { report, told } from './actions';

/** Who gets the answer: the sender of a received mail, the recipients of one of ours, else the requester. */
export function recipients(to: Mail | null, item: Case): string {
  if (to === null) return item.requester?.email ?? '';
  return to.direction === 'in' ? (to.from?.address ?? item.requester?.email ?? '') : to.to.map((each) => each.address).join(', ');
}

export function ReplyBox({ item, to }: { item: Case; to: Mail | null }) {
  const queries = useQueryClient();
  const [text, setText] = useDraft(`mail.${item.id}`);
  const [people, setPeople] = useState(() => recipients(to, item));
  const [copy, setCopy] = useState(() => (to?.direction === 'in' ? to.cc.map((each) => each.address).join(', ') : ''));
  const [withCopy, setWithCopy] = useState(copy !== '');
  const [subject, setSubject] = useState(() => (to === null ? item.title : replySubject(to.subject)));
  const [mistake, setMistake] = useState<string | null>(null);
  const picker = useRef<HTMLInputElement>(null);
  const { uploads, add, remove, retry, clear } = useUploads();
  const busy = uploads.some((one) => one.stored === null && one.error === null);
  const send = useMutation({
    mutationFn: () => take(api.POST('/api/v1/cases/{id}/mails', { params: { path: { id: item.id } }, body: {
      to: addresses(people).valid, cc: addresses(copy).valid, subject, text, ...(to === null ? {} : { inReplyTo: to.id }),
      attachments: uploads.flatMap((one) => (one.stored === null ? [] : [one.stored.id])),
    } })),
    onSuccess: () => {
      setText('');
      clear();
      told(t('The mail is on its way'));
      return queries.invalidateQueries({ queryKey: ['case'] });
    },
    onError: (error) => report(error, t('The mail was not sent')),
  });
  const submit = (event?: FormEvent) => {
    event?.preventDefault();
    const wrong = [...addresses(people).invalid, ...addresses(copy).invalid];
    if (addresses(people).valid.length === 0) return setMistake(t('Who should get it? Enter at least one address.'));
    if (wrong.length > 0) return setMistake(t('This is not a mail address: {text}', { text: wrong.join(', ') }));
    setMistake(null);
    if (text.trim() !== '' && !busy && !send.isPending) send.mutate();
  };
  return (
    <form className="cw-panel" onSubmit={submit} aria-label={t('Reply')}>
      <Stack p="md" gap="sm">
        <Group justify="space-between"><Text fw={650} component="h2" size="sm">{to === null ? t('New mail') : t('Reply')}</Text><Tag tone="warning" icon="send">{t('Leaves your organisation')}</Tag></Group>
        <Group align="flex-end" gap="xs" wrap="nowrap">
          <TextInput label={t('To')} style={{ flex: 1 }} value={people} onChange={(event) => setPeople(event.currentTarget.value)} error={mistake} required data-testid="reply-to" />
          {!withCopy && <Button variant="subtle" size="sm" onClick={() => setWithCopy(true)}>{t('Copy')}</Button>}
        </Group>
        {withCopy && <TextInput label={t('Copy to')} value={copy} onChange={(event) => setCopy(event.currentTarget.value)} />}
        <TextInput label={t('Subject')} value={subject} onChange={(event) => setSubject(event.currentTarget.value)} required />
        <Textarea label={t('Text')} autosize minRows={5} maxRows={20} value={text} onChange={(event) => setText(event.currentTarget.value)} required data-testid="reply-text"
          onKeyDown={(event) => { if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) submit(); }} />
        <UploadList uploads={uploads} remove={remove} retry={retry} />
        <Group justify="space-between">
          <Button variant="default" leftSection={<Icon name="paperclip" size={15} />} onClick={() => picker.current?.click()}>{t('Attach')}</Button>
          <input ref={picker} type="file" multiple hidden aria-label={t('Attach')} data-testid="reply-files" onChange={(event) => { add([...(event.currentTarget.files ?? [])]); event.currentTarget.value = ''; }} />
          <Group gap="sm"><Text size="xs" c="dimmed">{text.trim() !== '' && t('Draft kept in this browser')}</Text><Button type="submit" leftSection={<Icon name="send" size={15} />} loading={send.isPending} disabled={text.trim() === '' || busy} data-testid="reply-send">{t('Send')}</Button></Group>
        </Group>
      </Stack>
    </form>
  );
}
