/** One mail of a case, and what can be written because of it. */
import { Button, Group, Spoiler, Stack, Text } from '@mantine/core';
import type { Case, Mail, MailAddress, MailAttachment } from '../../api/schema';
import { t } from '../../i18n';
import { bytes, dateTime } from '../../lib/format';
import { Tag } from '../../ui/badges';
import { Icon } from '../../ui/icons';
import type { PreviewFile } from '../files/preview';
import { DeliveryTag } from '../mails/delivery';
import { senderName, splitQuote } from '../mails/html';
import { LeftOut } from '../mails/left-out';
import { MailFrame } from '../mails/mail-frame';
import { MailNotes } from './mail-notes';
import { SplitButton } from './merge/split-button';
import { mailTime } from './reply-draft';

/** The sender of a broken mail can be missing. */
export function addressText(address: MailAddress | null): string {
  if (address === null) return t('Unknown sender');
  return address.name === '' || address.name === address.address
    ? address.address
    : `${address.name} <${address.address}>`;
}

/** What can be written because of a mail. */
export interface Writing {
  reply: () => void;
  replyAll: (() => void) | null;
  forward: () => void;
}

export function Message({
  item,
  mail,
  open,
  write,
}: {
  item: Case;
  mail: Mail;
  open: (file: PreviewFile) => void;
  write: Writing | null;
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
          <Group gap="xs">
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
          </Group>
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
        <MailNotes item={item} mail={mail.id} may={write !== null}>
          {write !== null && (
            <>
              <Button
                variant="subtle"
                size="compact-sm"
                leftSection={<Icon name="reply" size={15} />}
                onClick={write.reply}
              >
                {t('Reply')}
              </Button>
              {write.replyAll !== null && (
                <Button variant="subtle" size="compact-sm" onClick={write.replyAll}>
                  {t('Reply to all')}
                </Button>
              )}
              <Button
                variant="subtle"
                size="compact-sm"
                leftSection={<Icon name="send" size={15} />}
                onClick={write.forward}
                data-testid="mail-forward"
              >
                {t('Forward')}
              </Button>
              {mail.direction === 'in' && <SplitButton item={item} of="mail" id={mail.id} title={mail.subject} />}
            </>
          )}
        </MailNotes>
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
