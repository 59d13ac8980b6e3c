/** `/account`: where I am signed in, my password and my second factor. */
import { Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, take } from '../../api/client';
import { ownSessionsQuery } from '../../api/accounts';
import { meQuery } from '../../api/queries';
import { t } from '../../i18n';
import { Notice } from '../../ui/notice';
import { Page } from '../../ui/page';
import { Loaded } from '../../ui/states';
import { Panel } from '../../ui/tabs';
import { report, told } from '../../ui/toast';
import { OwnAvailability } from './availability';
import { PasswordForm } from './password';
import { SecondFactor } from './second-factor';
import { SessionTable } from './sessions';

export function AccountPage() {
  const me = useQuery(meQuery);
  return (
    <Page title={t('My account')} width={860}>
      <OwnAvailability />
      <Loaded query={me}>
        {({ issuer }) =>
          issuer == null ? (
            <Stack>
              <OwnSessions />
              <Panel title={t('Password')}>
                <PasswordForm />
              </Panel>
              <SecondFactor />
            </Stack>
          ) : (
            <Notice tone="neutral" icon="person" title={t('Your account is looked after elsewhere')}>
              <Text size="sm">
                {t('You sign in with {issuer}. Your password, and where you are signed in, are found there.', {
                  issuer,
                })}
              </Text>
            </Notice>
          )
        }
      </Loaded>
    </Page>
  );
}

function OwnSessions() {
  const queries = useQueryClient();
  const query = useQuery(ownSessionsQuery);
  const end = useMutation({
    /** None: all but this one. */
    mutationFn: (sessionId: string | undefined) =>
      sessionId === undefined
        ? take(api.DELETE('/api/v1/me/sessions'))
        : take(api.DELETE('/api/v1/me/sessions/{sessionId}', { params: { path: { sessionId } } })),
    onSuccess: (_, sessionId) =>
      told(sessionId === undefined ? t('Signed out everywhere else') : t('Signed out there')),
    onError: (error) => report(error, t('Still signed in')),
    onSettled: () => queries.invalidateQueries({ queryKey: ownSessionsQuery.queryKey }),
  });
  return (
    <Panel title={t('Where I am signed in')}>
      <Loaded query={query} rows={2}>
        {(sessions) => (
          <SessionTable
            caption={t('Where I am signed in')}
            sessions={sessions}
            end={end.mutate}
            endAll={sessions.some((session) => !session.isCurrent) ? t('Sign out everywhere else') : null}
            isPending={end.isPending}
          />
        )}
      </Loaded>
    </Panel>
  );
}
