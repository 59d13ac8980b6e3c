/** A look at a case without leaving the list: what it is, the last mail, and what is done most. The address says which one is looked at. */
import { ActionIcon, Button, Group, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { caseMailsQuery, caseQuery, meQuery } from '../../../api/queries';
import type { Case, Mail } from '../../../api/schema';
import { useLiveChannel } from '../../../api/live';
import { useCan } from '../../../app/permissions';
import { t } from '../../../i18n';
import { dateTime } from '../../../lib/format';
import { PersonTag, Priority, SlaClock, StatusTag, Tag, TimeAgo } from '../../../ui/badges';
import { Icon } from '../../../ui/icons';
import { Loaded } from '../../../ui/states';
import { usePatchCase } from '../../case/actions';
import { NextAction } from '../../case/next-action';
import { CaseLink } from '../case-link';

export function PeekPanel({ number, close }: { number: string; close: () => void }) {
  const query = useQuery(caseQuery(number));
  const panel = useRef<HTMLElement>(null);
  useLiveChannel(query.data === undefined ? null : `case:${query.data.id}`);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && panel.current?.contains(document.activeElement) === true) close();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [close]);
  return (
    <aside
      ref={panel}
      className="cw-panel cw-peek"
      aria-label={t('Case {number}', { number })}
      tabIndex={-1}
      data-testid="peek"
    >
      <Group justify="space-between" wrap="nowrap" p="md" pb={0}>
        <Text size="sm" c="dimmed" className="cw-num">
          {number}
        </Text>
        <ActionIcon variant="subtle" c="inherit" aria-label={t('Close')} onClick={close} data-testid="peek-close">
          <Icon name="close" size={16} />
        </ActionIcon>
      </Group>
      <Loaded query={query} rows={5}>
        {(item) => <Looked item={item} />}
      </Loaded>
    </aside>
  );
}

function Looked({ item }: { item: Case }) {
  const me = useQuery(meQuery).data;
  const may = useCan()('case:update');
  const patch = usePatchCase();
  const facts: [string, React.ReactNode][] = [
    [t('Stage'), item.stageName],
    [t('Assignee'), <PersonTag key="person" person={item.assignee} />],
    [t('Priority'), <Priority key="priority" value={item.priority} />],
    [t('Due'), dateTime(item.dueAt)],
    [t('Requester'), item.requester?.name ?? item.requester?.email ?? '–'],
    [t('Labels'), item.labels.join(', ') || '–'],
    [t('Updated'), <TimeAgo key="updated" at={item.updatedAt} />],
  ];
  return (
    <Stack p="md" pt={4} gap="md">
      <Title order={2} size="h4" style={{ overflowWrap: 'anywhere' }}>
        <CaseLink item={item}>{item.title}</CaseLink>
      </Title>
      <Group gap={6}>
        <StatusTag item={item} />
        {item.slas.map((sla) => (
          <SlaClock key={sla.id} sla={sla} named />
        ))}
        {item.problem !== null && (
          <Tag tone="danger" icon="incident">
            {t('Problem')}
          </Tag>
        )}
      </Group>
      <dl className="cw-facts">
        {facts.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <LastMail item={item} />
      <Group gap="xs">
        {item.statusKind !== 'closed' && <NextAction item={item} />}
        {may && me !== undefined && item.assignee?.id !== me.id && (
          <Button
            size="xs"
            variant="light"
            loading={patch.isPending}
            onClick={() =>
              patch.mutate({
                item,
                patch: { assignee: me.id },
                shown: { assignee: { id: me.id, name: me.name } },
                done: t('{number} is yours', { number: item.number }),
              })
            }
            data-testid="peek-assign"
          >
            {t('Assign to me')}
          </Button>
        )}
      </Group>
    </Stack>
  );
}

function LastMail({ item }: { item: Case }) {
  const query = useQuery(caseMailsQuery(item.id));
  const mails = query.data ?? [];
  const last = [...mails].sort((a, b) => at(b).localeCompare(at(a)))[0];
  if (query.data === undefined || last === undefined) return null;
  return (
    <section aria-label={t('Last mail')} className="cw-peek-mail" data-testid="peek-mail">
      <Group gap={6} mb={4}>
        <Icon name="mail" size={14} />
        <Text size="sm" fw={600} className="cw-clip">
          {last.subject || t('(no subject)')}
        </Text>
        <Text size="xs" c="dimmed">
          {last.from?.name ?? last.from?.address ?? ''} <TimeAgo at={at(last)} />
        </Text>
      </Group>
      <Text size="sm" lineClamp={8} style={{ whiteSpace: 'pre-line', overflowWrap: 'anywhere' }}>
        {last.text.trim()}
      </Text>
    </section>
  );
}

const at = (mail: Mail): string => mail.sentAt ?? mail.receivedAt;
