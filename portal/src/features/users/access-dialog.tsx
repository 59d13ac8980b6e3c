/** For a user who cannot get in: a new password, which they change at once, and the second factor taken away. */
import { Button, Group, Modal, PasswordInput, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { api, ApiError, take } from '../../api/client';
import { accountFactorQuery } from '../../api/accounts';
import type { Account } from '../../api/schema';
import { t } from '../../i18n';
import { TimeAgo } from '../../ui/badges';
import { Loaded } from '../../ui/states';
import { Panel } from '../../ui/tabs';
import { report, told } from '../../ui/toast';

export function AccessDialog({ account, close }: { account: Account; close: () => void }) {
  const title = t('Password and second factor of {name}', { name: account.name });
  return (
    <Modal opened onClose={close} title={title} closeButtonProps={{ 'aria-label': t('Close') }}>
      <Stack>
        <Text size="sm">{t('Each of them signs {name} out everywhere.', { name: account.name })}</Text>
        <NewPassword account={account} />
        <Factor account={account} />
      </Stack>
    </Modal>
  );
}

function NewPassword({ account: { id, name } }: { account: Account }) {
  const queries = useQueryClient();
  const [password, setPassword] = useState('');
  const give = useMutation({
    mutationFn: () =>
      take(
        api.PUT('/api/v1/accounts/{id}/password', { params: { path: { id } }, body: { password, mustChange: true } }),
      ),
    onSuccess: () => {
      setPassword('');
      told(t('{name} has a new password', { name }));
      void queries.invalidateQueries({ queryKey: ['accounts', id] });
    },
    onError: (error) => {
      if (!isWeak(error)) report(error, t('Not saved'));
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (password !== '' && !give.isPending) give.mutate();
  };
  return (
    <Panel title={t('Password')}>
      <form onSubmit={submit}>
        <Stack>
          <PasswordInput
            label={t('New password')}
            description={t('It is changed at the first sign-in, and opens nothing else.')}
            autoComplete="new-password"
            value={password}
            onChange={(event) => {
              give.reset();
              setPassword(event.currentTarget.value);
            }}
            error={isWeak(give.error) && give.error?.message}
          />
          <Group>
            <Button type="submit" disabled={password === ''} loading={give.isPending}>
              {t('Give a new password')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Panel>
  );
}

function Factor({ account: { id, name } }: { account: Account }) {
  const queries = useQueryClient();
  const query = useQuery(accountFactorQuery(id));
  const reset = useMutation({
    mutationFn: () => take(api.DELETE('/api/v1/accounts/{id}/second-factor', { params: { path: { id } } })),
    onSuccess: () => told(t('The second factor of {name} is taken away', { name })),
    onError: (error) => report(error, t('Not saved')),
    onSettled: () => queries.invalidateQueries({ queryKey: ['accounts', id] }),
  });
  return (
    <Panel title={t('Second factor')}>
      <Loaded query={query} rows={1}>
        {({ enrolled }) =>
          enrolled === null ? (
            <Text size="sm" c="dimmed">
              {t('None is set up')}
            </Text>
          ) : (
            <Group justify="space-between">
              <Text size="sm">
                {t('Set up')} <TimeAgo at={enrolled.since} />
              </Text>
              <Button color="danger" loading={reset.isPending} onClick={() => reset.mutate()}>
                {t('Take it away')}
              </Button>
            </Group>
          )
        }
      </Loaded>
    </Panel>
  );
}

const isWeak = (error: Error | null) => error instanceof ApiError && error.code === 'weak-password';
