/** What a rule, as it is or as somebody would write it, would have done in a period. Nothing is done. */
import { Button, Group, List, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { api, ApiError, parseJson, take } from '../../api/client';
import type { CaseDefinition, Rule, RuleDraft, TriedRule } from '../../api/schema';
import { plural, t } from '../../i18n';
import { dateTime, localInput, localInstant } from '../../lib/format';
import { Notice } from '../../ui/notice';
import { RunTable } from './run-entry';

const DAY = 86_400_000;

export function DryRun({ of, rule }: { of: CaseDefinition; rule: Rule }) {
  const [text, setText] = useState(() => JSON.stringify(rule, null, 2));
  const [from, setFrom] = useState(() => localInput(new Date(Date.now() - 30 * DAY).toISOString()));
  const [to, setTo] = useState('');
  const [isNoJson, setNoJson] = useState(false);
  const run = useMutation({
    mutationFn: (draft: RuleDraft) =>
      take(
        api.POST('/api/v1/case-definitions/{key}/rules/dry-run', {
          params: { path: { key: of.key } },
          body: { rule: draft, from: localInstant(from), to: localInstant(to) },
        }),
      ),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const draft = parseJson(text);
    const isRule = typeof draft === 'object' && draft !== null;
    setNoJson(!isRule);
    if (isRule && !run.isPending) run.mutate(draft as RuleDraft);
  };
  return (
    <form onSubmit={submit} data-testid="dry-run" noValidate>
      <Stack gap="sm">
        <Textarea
          label={t('The rule, as it would be')}
          description={t('Change it here to see what it would have done: nothing is saved.')}
          autosize
          minRows={4}
          maxRows={24}
          spellCheck={false}
          styles={{ input: { fontFamily: 'monospace' } }}
          value={text}
          error={isNoJson ? t('This is no JSON.') : null}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <Group align="flex-end">
          <TextInput
            type="datetime-local"
            label={t('From')}
            value={from}
            onChange={(event) => setFrom(event.currentTarget.value)}
          />
          <TextInput
            type="datetime-local"
            label={t('To (now when empty)')}
            value={to}
            onChange={(event) => setTo(event.currentTarget.value)}
          />
          <Button type="submit" loading={run.isPending} data-testid="start-dry-run">
            {t('Try')}
          </Button>
        </Group>
        {run.error !== null && <Refused error={run.error} />}
        {run.data !== undefined && <Result result={run.data} of={of} />}
      </Stack>
    </form>
  );
}

function Refused({ error }: { error: Error }) {
  const faults = error instanceof ApiError ? error.errors : [];
  return (
    <Notice tone="danger" icon="incident" role="alert" title={t('Not tried')}>
      {faults.length === 0 ? (
        error.message
      ) : (
        <List size="sm">
          {faults.map(({ pointer, detail }) => (
            <List.Item key={`${pointer}${detail}`}>
              {pointer}: {detail}
            </List.Item>
          ))}
        </List>
      )}
    </Notice>
  );
}

function Result({ result, of }: { result: TriedRule; of: CaseDefinition }) {
  return (
    <Stack gap="sm" role="status" data-testid="dry-run-result">
      <Text size="sm">
        {plural('{count} case was looked at.', '{count} cases were looked at.', result.cases)}{' '}
        {t('From {from} to {to} the rule would have been asked {asked} times; {matched} times its conditions held.', {
          from: dateTime(result.from),
          to: dateTime(result.to),
          asked: result.asked,
          matched: result.matched,
        })}
      </Text>
      {result.stoppedBy !== null && (
        <Notice tone="warning" icon="clock" title={t('Not everything was looked at')}>
          {result.stoppedBy === 'time'
            ? t('It had taken as long as a try may. Choose a shorter period.')
            : t('It had read as many entries as a try may. Choose a shorter period.')}
        </Notice>
      )}
      {result.matches.length > 0 && (
        <RunTable caption={t('Where it would have been applied')} runs={result.matches} of={of} isTry />
      )}
      {result.passedOver.length > 0 && (
        <details>
          <summary>{t('Some of those where its conditions did not hold')}</summary>
          <RunTable caption={t('Where its conditions did not hold')} runs={result.passedOver} of={of} isTry />
        </details>
      )}
    </Stack>
  );
}
