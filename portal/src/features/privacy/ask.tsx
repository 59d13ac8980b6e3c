/** Finds what there is of a person, and asks for its erasure. */
import { Button, Group, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { api, take } from '../../api/client';
import { subjectQuery } from '../../api/privacy';
import { plural, t } from '../../i18n';
import { Failure, Loading } from '../../ui/states';
import { Panel } from '../../ui/tabs';
import { report, told } from '../../ui/toast';

export function AskErasure() {
  const [email, setEmail] = useState('');
  const [asked, setAsked] = useState('');
  const search = (event: FormEvent) => {
    event.preventDefault();
    setAsked(email.trim());
  };
  return (
    <Panel title={t('What there is of a person')}>
      <Stack>
        <form onSubmit={search}>
          <Group align="flex-end">
            <TextInput
              label={t('E-mail address')}
              type="email"
              required
              style={{ flex: 1 }}
              value={email}
              onChange={(event) => setEmail(event.currentTarget.value)}
              data-testid="subject-email"
            />
            <Button type="submit" variant="default" data-testid="subject-search">
              {t('Search')}
            </Button>
          </Group>
        </form>
        {asked !== '' && <Found key={asked} email={asked} />}
      </Stack>
    </Panel>
  );
}

function Found({ email }: { email: string }) {
  const queries = useQueryClient();
  const query = useQuery(subjectQuery(email));
  const [reason, setReason] = useState('');
  const ask = useMutation({
    mutationFn: () => take(api.POST('/api/v1/erasures', { body: { email, reason: reason.trim() } })),
    onSuccess: () => {
      setReason('');
      told(t('Somebody else has to approve it now'));
    },
    onError: (error) => report(error, t('Not saved')),
    onSettled: () => queries.invalidateQueries({ queryKey: ['erasures', 'pages'] }),
  });
  if (query.data === undefined) {
    return query.isPending ? <Loading rows={2} /> : <Failure error={query.error} retry={() => void query.refetch()} />;
  }
  const { cases, mails, records, files } = query.data;
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (!ask.isPending && reason.trim() !== '') ask.mutate();
  };
  const held = cases.filter(({ isHeld }) => isHeld).length;
  const open = cases.filter(({ statusKind, isHeld }) => statusKind !== 'closed' && !isHeld).length;
  return (
    <Stack gap="sm" data-testid="subject-found">
      <Text size="sm">
        {[
          plural('{count} case', '{count} cases', cases.length),
          plural('{count} mail', '{count} mails', mails.length),
          plural('{count} file', '{count} files', files.length),
          plural('{count} record', '{count} records', records.length),
        ].join(' · ')}
      </Text>
      <Text size="sm" c="dimmed">
        {cases.map(({ number }) => number).join(', ')}
      </Text>
      {held + open > 0 && (
        <Text size="sm">
          {plural('{count} case stays: it is open or held.', '{count} cases stay: they are open or held.', held + open)}
        </Text>
      )}
      <form onSubmit={send}>
        <Stack gap="sm">
          <Textarea
            label={t('Reason')}
            required
            autosize
            maxLength={2_000}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
            data-testid="erasure-reason"
          />
          <Group justify="flex-end">
            <Button type="submit" loading={ask.isPending} disabled={reason.trim() === ''} data-testid="erasure-ask">
              {t('Ask for erasure')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Stack>
  );
}
