/** Sign-ins of a person, one a row, each with the way to end it. Whose they are, the caller says. */
import { Button, Group, Stack, Text } from '@mantine/core';
import type { SignInSession } from '../../api/schema';
import { t } from '../../i18n';
import { TimeAgo } from '../../ui/badges';

interface Props {
  caption: string;
  sessions: SignInSession[];
  /** None: all, as the button says. */
  end: (id: string | undefined) => void;
  /** What the button for all says; null when there is nothing to end. */
  endAll: string | null;
  isPending: boolean;
}

export function SessionTable({ caption, sessions, end, endAll, isPending }: Props) {
  return (
    <Stack>
      {sessions.length === 0 && (
        <Text size="sm" c="dimmed">
          {t('Signed in nowhere')}
        </Text>
      )}
      {sessions.length > 0 && (
        <div className="cw-table-scroll" tabIndex={0} role="region" aria-label={caption}>
          <table className="cw-table" data-testid="sessions">
            <caption className="cw-visually-hidden">{caption}</caption>
            <thead>
              <tr>
                <th scope="col">{t('Browser')}</th>
                <th scope="col">{t('Address')}</th>
                <th scope="col" className="cw-hide-narrow">
                  {t('Signed in')}
                </th>
                <th scope="col">{t('Last used')}</th>
                <th scope="col">
                  <span className="cw-visually-hidden">{t('Actions')}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {sessions.map((session) => (
                <tr key={session.id}>
                  <th scope="row" style={{ fontWeight: 500 }}>
                    {session.browser ?? t('Unknown program')}{' '}
                    {session.isCurrent && <span className="cw-badge cw-tone-accent">{t('Here')}</span>}
                  </th>
                  <td>{session.address ?? '–'}</td>
                  <td className="cw-hide-narrow">
                    <TimeAgo at={session.startedAt} />
                  </td>
                  <td>
                    <TimeAgo at={session.lastUsedAt} />
                  </td>
                  <td style={{ textAlign: 'right' }}>
                    {!session.isCurrent && (
                      <Button
                        size="xs"
                        variant="default"
                        disabled={isPending}
                        aria-label={t('Sign out of {name}', { name: session.browser ?? t('Unknown program') })}
                        onClick={() => end(session.id)}
                      >
                        {t('Sign out')}
                      </Button>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {endAll !== null && (
        <Group>
          <Button variant="default" loading={isPending} onClick={() => end(undefined)}>
            {endAll}
          </Button>
        </Group>
      )}
    </Stack>
  );
}
