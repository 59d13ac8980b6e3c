/** Where a case would go by the rules as they stand on the page. Nothing changes. */
import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { api, take } from '../../api/client';
import type { RoutingOutcome, RoutingTable } from '../../api/schema';
import { t } from '../../i18n';
import type { Tone } from '../../lib/sla';
import { Tag } from '../../ui/badges';
import { Notice } from '../../ui/notice';
import { Panel } from '../../ui/tabs';
import { targetWords } from './table';

type Verdict = RoutingOutcome['rules'][number];

interface Props {
  table: RoutingTable;
  outcome: RoutingOutcome | null;
  tell: (outcome: RoutingOutcome | null) => void;
  queueName: (id: string) => string;
}

export function Try({ table, outcome, tell, queueName }: Props) {
  const [number, setNumber] = useState('');
  const evaluate = useMutation({
    mutationFn: () => take(api.POST('/api/v1/routing/evaluate', { body: { case: number, rules: table } })),
    onSuccess: tell,
    onError: () => tell(null),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (number !== '' && !evaluate.isPending) evaluate.mutate();
  };
  return (
    <Panel title={t('Try the rules')}>
      <Stack>
        <form onSubmit={submit}>
          <Group align="flex-end">
            <TextInput
              label={t('Number of a case')}
              value={number}
              onChange={(event) => setNumber(event.currentTarget.value.trim())}
            />
            <Button type="submit" variant="default" loading={evaluate.isPending} data-testid="try-routing">
              {t('Try')}
            </Button>
          </Group>
        </form>
        {evaluate.error !== null && (
          <Notice tone="danger" icon="incident" role="alert" title={t('Not tried')}>
            {evaluate.error.message}
          </Notice>
        )}
        {outcome !== null && <Outcome outcome={outcome} queueName={queueName} />}
      </Stack>
    </Panel>
  );
}

function Outcome({ outcome, queueName }: { outcome: RoutingOutcome; queueName: (id: string) => string }) {
  const chosen = outcome.rules.find(({ verdict }) => verdict === 'chosen');
  const because =
    chosen !== undefined
      ? t('Rule “{name}” holds.', { name: chosen.name === '' ? chosen.rule : chosen.name })
      : outcome.scope === null
        ? t('No rule holds, and nothing catches the rest.')
        : t('No rule holds: the catch-all says it.');
  const ofDefinition = outcome.rules.filter(({ scope }) => scope === 'definition');
  return (
    <div role="status" data-testid="routing-outcome">
      <Text fw={600}>{targetWords(outcome, queueName).join(' · ') || t('goes nowhere')}</Text>
      <Text size="sm">{because}</Text>
      {ofDefinition.map((verdict) => (
        <Group key={verdict.rule} gap={6} mt={4}>
          <Text size="sm" span>
            {t('Of its case type: {name}', { name: verdict.name === '' ? verdict.rule : verdict.name })}
          </Text>
          <VerdictTag verdict={verdict} />
        </Group>
      ))}
    </div>
  );
}

export function VerdictTag({ verdict: { verdict, problem } }: { verdict: Verdict }) {
  const looks: Record<Verdict['verdict'], [Tone, string]> = {
    chosen: ['success', t('holds')],
    'does-not-hold': ['neutral', t('does not hold')],
    'not-asked': ['neutral', t('not asked at this moment')],
    'queue-not-allowed': ['warning', t('holds, but its queue is not one of the case type')],
    failed: ['danger', t('cannot be computed')],
  };
  const [tone, words] = looks[verdict];
  return (
    <Tag tone={tone} title={problem ?? undefined}>
      {words}
    </Tag>
  );
}
