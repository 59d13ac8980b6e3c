/** `/mails`: mail that could not be handled, with the reason, and the way to try again. */
import { Button, Group, SegmentedControl, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api, take } from '../../api/client';
import { mailsQuery } from '../../api/queries';
import type { Mail } from '../../api/schema';
import { t } from '../../i18n';
import { TimeAgo } from '../../ui/badges';
import { Icon } from '../../ui/icons';
import { Page } from '../../ui/page';
import { Count, Empty, Loaded } from '../../ui/states';
import { report, told } from '../../ui/toast';
import { senderName } from './html';
import { LeftOut } from './left-out';
import { MailFrame } from './mail-frame';

const route = getRouteApi('/mails');

export function MailQueue() {
  const { state = 'attention' } = route.useSearch();
  const navigate = useNavigate();
  const query = useQuery(mailsQuery(state));
  return (
    <Page
      title={t('Mail problems')}
      width={980}
      actions={
        <SegmentedControl
          size="xs"
          aria-label={t('State')}
          // On a narrow screen the row scrolls within itself, and not the page with it.
          style={{ maxWidth: '100%', overflowX: 'auto' }}
          value={state}
          onChange={(value) =>
            void navigate({
              to: '/mails',
              search: { state: value === 'attention' ? undefined : value },
              replace: true,
            })
          }
          data={[
            { value: 'attention', label: t('Needs attention') },
            { value: 'undeliverable', label: t('Undeliverable') },
            { value: 'received', label: t('Waiting') },
            { value: 'processed', label: t('Processed') },
          ]}
        />
      }
    >
      <Loaded query={query}>
        {(mails) => (
          <Stack gap="xs">
            <Count shown={mails.length} total={null} one="{count} mail" other="{count} mails" />
            <div className="cw-panel">
              {mails.length === 0 ? (
                <Empty icon="mail" title={state === 'attention' ? t('No mail is stuck') : t('No mail in this state')}>
                  {t('Mail that no case could take appears here with its reason.')}
                </Empty>
              ) : (
                <Stack component="ul" gap={0} p={0} m={0} style={{ listStyle: 'none' }}>
                  {mails.map((mail) => (
                    <Row key={mail.id} mail={mail} />
                  ))}
                </Stack>
              )}
            </div>
          </Stack>
        )}
      </Loaded>
    </Page>
  );
}

function Row({ mail }: { mail: Mail }) {
  const queries = useQueryClient();
  const [open, setOpen] = useState(false);
  const again = useMutation({
    mutationFn: () => take(api.POST('/api/v1/mails/{id}/reprocess', { params: { path: { id: mail.id } } })),
    onSuccess: () => told(t('The mail is handled again')),
    onError: (error) => report(error, t('The mail could not be handled')),
    onSettled: () => queries.invalidateQueries({ queryKey: ['mails'] }),
  });
  return (
    <li style={{ borderBottom: '1px solid var(--cw-line)' }} data-testid="mail-row">
      <Group p="md" justify="space-between" align="flex-start" gap="sm">
        <div style={{ minWidth: 0, flex: '1 1 260px' }}>
          <Text size="sm" fw={650} style={{ overflowWrap: 'anywhere' }}>
            {mail.subject || t('(no subject)')}
          </Text>
          <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
            {senderName(mail)} · <TimeAgo at={mail.receivedAt ?? mail.sentAt} />
          </Text>
          {mail.problem !== null && (
            <Text size="sm" mt={4} style={{ color: 'var(--cw-danger-fg)', overflowWrap: 'anywhere' }}>
              {mail.problem}
            </Text>
          )}
        </div>
        <Group gap={6}>
          {mail.caseId !== null && (
            <Button
              component={Link}
              to="/cases/$ref/$tab"
              params={{ ref: mail.caseId, tab: 'mail' } as never}
              variant="subtle"
              size="xs"
            >
              {t('Open case')}
            </Button>
          )}
          <Button variant="default" size="xs" onClick={() => setOpen(!open)} aria-expanded={open}>
            {open ? t('Hide') : t('Show')}
          </Button>
          <Button
            size="xs"
            loading={again.isPending}
            onClick={() => again.mutate()}
            leftSection={<Icon name="undo" size={14} />}
          >
            {t('Process again')}
          </Button>
        </Group>
      </Group>
      {open && (
        <div style={{ padding: '0 16px 16px' }}>
          <LeftOut mail={mail} />
          {mail.html === null ? (
            <Text size="sm" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
              {mail.text || t('Nothing of this mail could be read. The original is kept.')}
            </Text>
          ) : (
            <MailFrame html={mail.html} attachments={mail.attachments} title={mail.subject} />
          )}
        </div>
      )}
    </li>
  );
}
