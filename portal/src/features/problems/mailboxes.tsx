/** How mail comes in: every mailbox with how it is read, what went wrong last, and when it is tried next. */
import { Button, Group, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, take } from '../../api/client';
import { mailboxesQuery } from '../../api/problems';
import type { Mailbox, MailboxAccount } from '../../api/schema';
import { useCan } from '../../app/permissions';
import { plural, t, type Message } from '../../i18n';
import { dateTime } from '../../lib/format';
import { Tag, TimeAgo } from '../../ui/badges';
import { Empty, Loaded } from '../../ui/states';
import { report } from '../../ui/toast';

const STATES: Record<Mailbox['state'], { label: Message; tone: 'success' | 'danger' | 'neutral' | 'warning' }> = {
  working: { label: 'Working', tone: 'success' },
  starting: { label: 'Not read yet', tone: 'neutral' },
  failing: { label: 'Cannot be read', tone: 'danger' },
  idle: { label: 'Nothing brings mail', tone: 'warning' },
};

export function Mailboxes() {
  const query = useQuery(mailboxesQuery);
  return (
    <Loaded query={query}>
      {(mailboxes) => (
        <div className="cw-panel">
          {mailboxes.length === 0 ? (
            <Empty icon="mail" title={t('No mailbox')}>
              {t('Mailboxes are set up in the configuration of the platform.')}
            </Empty>
          ) : (
            <Stack component="ul" gap={0} p={0} m={0} style={{ listStyle: 'none' }}>
              {mailboxes.map((mailbox) => (
                <Row key={mailbox.id} mailbox={mailbox} />
              ))}
            </Stack>
          )}
        </div>
      )}
    </Loaded>
  );
}

function Row({ mailbox }: { mailbox: Mailbox }) {
  const queries = useQueryClient();
  const may = useCan()('mailbox:check');
  const check = useMutation({
    mutationFn: () => take(api.POST('/api/v1/mailboxes/{id}/check', { params: { path: { id: mailbox.id } } })),
    onError: (error) => report(error, t('Not done')),
    onSettled: () => queries.invalidateQueries({ queryKey: ['mailboxes'] }),
  });
  const { label, tone } = STATES[mailbox.state];
  return (
    <li
      style={{ borderBottom: '1px solid var(--cw-line)', padding: 16 }}
      data-testid="mailbox"
      data-state={mailbox.state}
    >
      <Group justify="space-between" align="flex-start" gap="sm">
        <div style={{ minWidth: 0, flex: '1 1 260px', overflowWrap: 'anywhere' }}>
          <Text size="sm" fw={650}>
            {mailbox.name === '' ? mailbox.address : `${mailbox.name} · ${mailbox.address}`}
          </Text>
          <Text size="sm" c="dimmed">
            {t('Starts {process}', { process: mailbox.process })}
            {mailbox.isDeliveredHere && ` · ${t('Mail is delivered here (SMTP)')}`}
          </Text>
        </div>
        <Group gap={6}>
          <Tag tone={tone}>{t(label)}</Tag>
          {may && mailbox.accounts.length > 0 && (
            <Button size="xs" loading={check.isPending} onClick={() => check.mutate()} data-testid="mailbox-check">
              {t('Check now')}
            </Button>
          )}
        </Group>
      </Group>
      {mailbox.accounts.map((account) => (
        <Account key={account.id} account={account} />
      ))}
    </li>
  );
}

function Account({ account }: { account: MailboxAccount }) {
  return (
    <div style={{ marginTop: 10, overflowWrap: 'anywhere' }}>
      <Text size="sm">{`${account.user} · ${account.host}:${account.port} · ${account.folder}`}</Text>
      <Text size="sm" c="dimmed">
        {account.lastSuccessAt == null ? (
          t('Not read since the start')
        ) : (
          <>
            {t('Last read')} <TimeAgo at={account.lastSuccessAt} />
          </>
        )}
        {account.nextAttemptAt != null && ` · ${t('Next at {time}', { time: dateTime(account.nextAttemptAt) })}`}
      </Text>
      {account.lastError != null && (
        <Text
          size="sm"
          style={account.state === 'failing' ? { color: 'var(--cw-danger-fg)' } : undefined}
          data-testid="mailbox-error"
        >
          {account.failures > 0 && `${plural('{count} attempt', '{count} attempts', account.failures)} · `}
          <TimeAgo at={account.lastError.at} /> · {account.lastError.text}
        </Text>
      )}
    </div>
  );
}
