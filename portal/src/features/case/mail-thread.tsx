/** The mails of a case in the order they were written, and the answer to them. */
import { Button, Group, Spoiler, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api, take } from '../../api/client';
import { caseMailsQuery, meQuery } from '../../api/queries';
import type { Case, Mail, MailAddress, MailAttachment } from '../../api/schema';
import { useCan } from '../../app/permissions';
import { plural, t } from '../../i18n';
import { bytes, dateTime } from '../../lib/format';
import { Tag } from '../../ui/badges';
import { Icon } from '../../ui/icons';
import { Empty, Loaded } from '../../ui/states';
import { report } from '../../ui/toast';
import { PreviewDrawer, type PreviewFile } from '../files/preview';
import { DeliveryTag } from '../mails/delivery';
import { senderName, splitQuote } from '../mails/html';
import { LeftOut } from '../mails/left-out';
import { MailFrame } from '../mails/mail-frame';
import { ReplyBox, useReply } from './reply-box';
import { inOrder, latestOf, mailTime } from './reply-draft';

export function MailThread({ item }: { item: Case }) {
  const query = useQuery(caseMailsQuery(item.id));
  const may = useCan()('case:update');
  return (
    <Stack maw={920}>
      <Unread item={item} may={may} />
      <Loaded query={query}>{(mails) => <Thread key={item.id} item={item} thread={inOrder(mails)} may={may} />}</Loaded>
    </Stack>
  );
}

function Thread({ item, thread, may }: { item: Case; thread: Mail[]; may: boolean }) {
  const [preview, setPreview] = useState<PreviewFile | null>(null);
  const reply = useReply(item, latestOf(thread));
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
          <Message key={mail.id} mail={mail} open={setPreview} answer={may ? () => reply.answer(mail) : null} />
        ))}
      </Stack>
      {may && <ReplyBox item={item} reply={reply} />}
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

/** The sender of a broken mail can be missing. */
export function addressText(address: MailAddress | null): string {
  if (address === null) return t('Unknown sender');
  return address.name === '' || address.name === address.address
    ? address.address
    : `${address.name} <${address.address}>`;
}

function Message({
  mail,
  open,
  answer,
}: {
  mail: Mail;
  open: (file: PreviewFile) => void;
  answer: (() => void) | null;
}) {
  const attachments = mail.attachments.filter(
    (each) => !each.inline || mail.html?.includes(`/${each.fileId}`) !== true,
  );
  return (
    <li className={`cw-panel cw-mail-${mail.direction}`} data-testid="mail-message" data-direction={mail.direction}>
      <Stack p="md" gap="sm">
        <Group justify="space-between" align="flex-start" gap="xs">
          <div style={{ minWidth: 0, flex: '1 1 240px' }}>
            <Text fw={650} component="h3" size="sm">
              {mail.subject || t('(no subject)')}
            </Text>
            <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
              {addressText(mail.from)}
            </Text>
            <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
              {t('to {people}', { people: mail.to.map(addressText).join(', ') || '–' })}
              {mail.cc.length > 0 && ` · ${t('copy to {people}', { people: mail.cc.map(addressText).join(', ') })}`}
            </Text>
          </div>
          <Stack gap={4} align="flex-end">
            <Text size="xs" c="dimmed" className="cw-num">
              {dateTime(mailTime(mail))}
            </Text>
            {mail.direction === 'out' ? (
              <DeliveryTag mail={mail} />
            ) : (
              <Tag tone="info" icon="mail">
                {t('Received')}
              </Tag>
            )}
          </Stack>
        </Group>
        <LeftOut mail={mail} />
        {mail.html === null ? (
          <PlainBody text={mail.text ?? ''} />
        ) : (
          <MailFrame
            html={mail.html}
            attachments={mail.attachments}
            title={t('Mail from {name}', { name: senderName(mail) })}
          />
        )}
        {attachments.length > 0 && (
          <Group gap="xs" aria-label={t('Attachments')}>
            {attachments.map((each) => (
              <Attachment key={each.id} attachment={each} open={open} />
            ))}
          </Group>
        )}
        {answer !== null && (
          <Group>
            <Button variant="subtle" size="compact-sm" leftSection={<Icon name="reply" size={15} />} onClick={answer}>
              {t('Reply')}
            </Button>
          </Group>
        )}
      </Stack>
    </li>
  );
}

function PlainBody({ text }: { text: string }) {
  const { fresh, quoted } = splitQuote(text);
  return (
    <>
      <Text size="sm" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
        {fresh}
      </Text>
      {quoted !== '' && (
        <Spoiler maxHeight={0} showLabel={t('Show quoted text')} hideLabel={t('Hide quoted text')}>
          <Text size="sm" c="dimmed" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
            {quoted}
          </Text>
        </Spoiler>
      )}
    </>
  );
}

function Attachment({ attachment, open }: { attachment: MailAttachment; open: (file: PreviewFile) => void }) {
  if (attachment.state === 'quarantined' || attachment.state === 'rejected')
    return (
      <Tag tone="danger" icon="incident">
        {t('{name} is not offered: {reason}', { name: attachment.name, reason: attachment.reason ?? '–' })}
      </Tag>
    );
  return (
    <Button
      variant="default"
      size="xs"
      leftSection={<Icon name="paperclip" size={14} />}
      onClick={() => open(attachment)}
      data-testid="mail-attachment"
      title={t('Preview {name}', { name: attachment.name })}
    >
      {attachment.name}{' '}
      <Text span size="xs" c="dimmed" ml={6}>
        {bytes(attachment.size)}
      </Text>
    </Button>
  );
}
