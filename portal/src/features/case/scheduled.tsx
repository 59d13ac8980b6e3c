/** Mails of the case that wait for their time: they can be sent at once, changed, or taken back. */
import { Button, Group, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, take } from '../../api/client';
import type { Case, Mail } from '../../api/schema';
import { t } from '../../i18n';
import { dateTime } from '../../lib/format';
import { Panel } from '../../ui/tabs';
import { report, told } from '../../ui/toast';
import { filesOf, takenBack } from './reply-draft';
import { putBack, takeBack } from './reply-send';

export function ScheduledMails({ item, mails, may }: { item: Case; mails: Mail[]; may: boolean }) {
  if (mails.length === 0) return null;
  return (
    <Panel title={t('Waiting to be sent')}>
      <Stack component="ul" gap="sm" p={0} m={0} style={{ listStyle: 'none' }}>
        {mails.map((mail) => (
          <Row key={mail.id} item={item} mail={mail} may={may} />
        ))}
      </Stack>
    </Panel>
  );
}

function Row({ item, mail, may }: { item: Case; mail: Mail; may: boolean }) {
  const queries = useQueryClient();
  const refresh = () => queries.invalidateQueries({ queryKey: ['case'] });
  const back = useMutation({
    mutationFn: (_edit: boolean) => takeBack(item.id, mail.id),
    onSuccess: (_, edit) => {
      if (edit) putBack(item.id, { envelope: takenBack(mail, item), text: mail.text, files: filesOf(mail) });
      else told(t('The mail was not sent'));
    },
    onError: (error) => report(error, t('The mail has left already')),
    onSettled: refresh,
  });
  const now = useMutation({
    mutationFn: () =>
      take(
        api.PUT('/api/v1/cases/{id}/mails/{mailId}', {
          params: { path: { id: item.id, mailId: mail.id } },
          body: {
            to: mail.to.map((each) => each.address),
            cc: mail.cc.map((each) => each.address),
            bcc: mail.bcc,
            subject: mail.subject,
            text: mail.text,
            attachments: filesOf(mail).map((file) => file.id),
          },
        }),
      ),
    onSuccess: () => told(t('The mail is on its way')),
    onError: (error) => report(error, t('The mail was not sent')),
    onSettled: refresh,
  });
  return (
    <li data-testid="scheduled-mail">
      <Text size="sm" fw={650} style={{ overflowWrap: 'anywhere' }}>
        {mail.subject || t('(no subject)')}
      </Text>
      <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
        {t('{time} to {people}', {
          time: dateTime(mail.sendAt ?? ''),
          people: mail.to.map((each) => each.address).join(', '),
        })}
        {mail.from !== null && ` · ${mail.from?.name ?? ''}`}
      </Text>
      {may && (
        <Group gap="xs" mt={6}>
          <Button size="compact-sm" variant="default" loading={now.isPending} onClick={() => now.mutate()}>
            {t('Send now')}
          </Button>
          <Button size="compact-sm" variant="default" onClick={() => back.mutate(true)} data-testid="scheduled-edit">
            {t('Take back and edit')}
          </Button>
          <Button size="compact-sm" variant="subtle" onClick={() => back.mutate(false)} data-testid="scheduled-cancel">
            {t('Do not send')}
          </Button>
        </Group>
      )}
    </li>
  );
}
