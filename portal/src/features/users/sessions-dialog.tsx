/** Where a user is signed in, and the way to end it, for those who administer users. */
import { Modal } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, take } from '../../api/client';
import { accountSessionsQuery } from '../../api/accounts';
import type { Account } from '../../api/schema';
import { t } from '../../i18n';
import { Loaded } from '../../ui/states';
import { report, told } from '../../ui/toast';
import { SessionTable } from '../account/sessions';

export function SessionsDialog({ account, close }: { account: Account; close: () => void }) {
  const queries = useQueryClient();
  const query = useQuery(accountSessionsQuery(account.id));
  const title = t('Where {name} is signed in', { name: account.name });
  const end = useMutation({
    /** None: all. */
    mutationFn: (sessionId: string | undefined) =>
      sessionId === undefined
        ? take(api.DELETE('/api/v1/accounts/{id}/sessions', { params: { path: { id: account.id } } }))
        : take(
            api.DELETE('/api/v1/accounts/{id}/sessions/{sessionId}', {
              params: { path: { id: account.id, sessionId } },
            }),
          ),
    onSuccess: () => told(t('{name} is signed out', { name: account.name })),
    onError: (error) => report(error, t('Still signed in')),
    onSettled: () => queries.invalidateQueries({ queryKey: accountSessionsQuery(account.id).queryKey }),
  });
  return (
    <Modal opened onClose={close} size={760} title={title} closeButtonProps={{ 'aria-label': t('Close') }}>
      <Loaded query={query} rows={2}>
        {(sessions) => (
          <SessionTable
            caption={title}
            sessions={sessions}
            end={end.mutate}
            endAll={sessions.length > 0 ? t('Sign out everywhere') : null}
            isPending={end.isPending}
          />
        )}
      </Loaded>
    </Modal>
  );
}
