/** The mails of a case in the order they were written, and the answer to them. */
import { Button, Group, SegmentedControl, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api, take } from '../../api/client';
import { caseMailsQuery, meQuery } from '../../api/queries';
import type { Case, Mail } from '../../api/schema';
import { useCan } from '../../app/permissions';
import { plural, t } from '../../i18n';
import { ask } from '../../lib/asked';
import { readDraft, writeDraft } from '../../lib/drafts';
import { dateTime } from '../../lib/format';
import { Empty, Loaded } from '../../ui/states';
import { report } from '../../ui/toast';
import { keepFiles } from '../files/uploads';
import { PreviewDrawer, type PreviewFile } from '../files/preview';
import { CommentBox } from './comment-box';
import { addressText, Message, type Writing } from './mail-message';
import { ReplyBox, useReply } from './reply-box';
import { filesOf, forwarding, inOrder, latestOf, mailTime, quoted } from './reply-draft';
import { ScheduledMails } from './scheduled';

export function MailThread({ item }: { item: Case }) {
  const query = useQuery(caseMailsQuery(item.id));
  const may = useCan()('case:update');
  return (
    <Stack maw={920}>
      <h2 className="cw-visually-hidden">{t('Mail')}</h2>
      <Unread item={item} may={may} />
      <Loaded query={query}>{(mails) => <Thread key={item.id} item={item} thread={inOrder(mails)} may={may} />}</Loaded>
    </Stack>
  );
}

function Thread({ item, thread: all, may }: { item: Case; thread: Mail[]; may: boolean }) {
  const [preview, setPreview] = useState<PreviewFile | null>(null);
  const thread = all.filter((mail) => mail.state !== 'scheduled');
  const [note, setNote] = useState(false);
  const reply = useReply(item, latestOf(thread));
  const write = (mail: Mail): Writing => ({
    reply: () => reply.answer(mail, true),
    replyAll: mail.cc.length > 0 ? () => reply.answer(mail) : null,
    forward: () => {
      const head = t('{name} wrote on {time}:', { name: addressText(mail.from), time: dateTime(mailTime(mail)) });
      writeDraft(
        `mail.${item.id}`,
        readDraft(`mail.${item.id}`, Date.now()).trimEnd() + quoted(mail, head),
        Date.now(),
      );
      writeDraft(
        `mail-to.${item.id}`,
        JSON.stringify(forwarding(mail, item, latestOf(thread)?.id ?? null)),
        Date.now(),
      );
      keepFiles(`mail.${item.id}`, filesOf(mail));
      setNote(false);
      ask('reply', item.id, 'restored');
    },
  });
  return (
    <>
      {thread.length === 0 && (
        <div className="cw-panel">
          <Empty icon="mail" title={t('No mail in this case')}>
            {t('Mail that belongs to the case appears here. You can write the first one below.')}
          </Empty>
        </div>
      )}
      <Stack component="ol" gap="sm" p={0} m={0} style={{ listStyle: 'none' }}>
        {thread.map((mail) => (
          <Message key={mail.id} item={item} mail={mail} open={setPreview} write={may ? write(mail) : null} />
        ))}
      </Stack>
      <ScheduledMails item={item} mails={all.filter((mail) => mail.state === 'scheduled')} may={may} />
      {may && (
        <SegmentedControl
          size="xs"
          aria-label={t('Who reads it')}
          value={note ? 'note' : 'mail'}
          onChange={(value) => setNote(value === 'note')}
          data={[
            { value: 'mail', label: t('Mail') },
            { value: 'note', label: t('Internal note') },
          ]}
          style={{ alignSelf: 'flex-start' }}
        />
      )}
      {may && (note ? <CommentBox item={item} /> : <ReplyBox item={item} reply={reply} />)}
      <PreviewDrawer file={preview} close={() => setPreview(null)} />
    </>
  );
}

/**
 * The mails of a case are read when the one whose case it is has opened them. Everyone else looks on: their look must not take the
 * mark away from the one who has to answer; they can say that it is dealt with.
 */
export function marksByLooking(
  item: Pick<Case, 'assignee' | 'unreadMailCount'>,
  me: string | undefined,
  may: boolean,
): boolean {
  return may && item.unreadMailCount > 0 && me !== undefined && item.assignee?.id === me;
}

function Unread({ item, may }: { item: Case; may: boolean }) {
  const queries = useQueryClient();
  const me = useQuery(meQuery).data;
  const { mutate, isPending } = useMutation({
    mutationFn: (id: string) => take(api.POST('/api/v1/cases/{id}/mails/read', { params: { path: { id } } })),
    onSuccess: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: ['case'] }),
        queries.invalidateQueries({ queryKey: ['cases'] }),
      ]),
    onError: (error) => report(error, t('Not saved')),
  });
  const { id, unreadMailCount } = item;
  const byLooking = marksByLooking(item, me?.id, may);
  useEffect(() => {
    if (byLooking && unreadMailCount > 0) mutate(id);
  }, [id, unreadMailCount, byLooking, mutate]);
  if (unreadMailCount === 0 || byLooking) return null;
  return (
    <Group justify="space-between">
      <Text size="sm" c="dimmed">
        {plural('{count} mail is marked as unread', '{count} mails are marked as unread', unreadMailCount)}
      </Text>
      {may && (
        <Button
          size="compact-sm"
          variant="default"
          loading={isPending}
          onClick={() => mutate(id)}
          data-testid="mails-read"
        >
          {t('Mark as read for everyone')}
        </Button>
      )}
    </Group>
  );
}
