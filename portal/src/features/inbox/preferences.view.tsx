/** `/inbox/preferences`: which news reach me where. Every switch is saved at once. */
import { Breadcrumbs, Button, Group, Stack, Switch, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api, take } from '../../api/client';
import { channelsQuery, preferencesQuery } from '../../api/queries';
import type { NotificationChannel, Preferences } from '../../api/schema';
import { t } from '../../i18n';
import { Page } from '../../ui/page';
import { Loaded } from '../../ui/states';
import { Panel } from '../../ui/tabs';
import { report, told } from '../../ui/toast';
import { addressIn, isWanted, KINDS, usable, wishOf, withAddresses, withWish, words } from './preferences';

export function NotificationPreferences() {
  const query = useQuery(preferencesQuery);
  const channels = useQuery(channelsQuery);
  return (
    <Page
      title={t('What I am told')}
      width={860}
      above={
        <Breadcrumbs mb={6} fz="sm">
          <Link to="/inbox" className="cw-link">
            {t('Notifications')}
          </Link>
          <span>{t('Preferences')}</span>
        </Breadcrumbs>
      }
    >
      <Loaded query={channels}>
        {(there) => (
          <Loaded query={query}>{(preferences) => <Editor preferences={preferences} there={there} />}</Loaded>
        )}
      </Loaded>
    </Page>
  );
}

function Editor({ preferences, there }: { preferences: Preferences; there: readonly NotificationChannel[] }) {
  const queries = useQueryClient();
  const [addresses, setAddresses] = useState<Record<string, string>>({});
  const save = useMutation({
    mutationFn: (next: Preferences) => take(api.PUT('/api/v1/notification-preferences', { body: next })),
    onMutate: (next) => {
      queries.setQueryData(preferencesQuery.queryKey, next);
    },
    onError: (error) => report(error, t('Not saved')),
    onSettled: () => queries.invalidateQueries({ queryKey: preferencesQuery.queryKey }),
  });
  const shown = usable(preferences, there).map((channel) => [wishOf(channel), words(channel.label)] as const);
  const asked = there.flatMap((channel) => (channel.address === null ? [] : [{ channel, address: channel.address }]));
  const dirty = asked.some(
    ({ channel, address }) =>
      (addresses[address.member] ?? addressIn(preferences, channel)) !== addressIn(preferences, channel),
  );
  return (
    <Stack>
      <div className="cw-panel cw-table-scroll">
        <table className="cw-table" data-testid="preferences">
          <caption className="cw-visually-hidden">{t('What I am told')}</caption>
          <thead>
            <tr>
              <th scope="col">{t('When')}</th>
              {shown.map(([channel, label]) => (
                <th key={channel} scope="col">
                  {label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {KINDS.map(([kind, label]) => (
              <tr key={kind}>
                <th scope="row" style={{ fontWeight: 500, whiteSpace: 'normal' }}>
                  {t(label)}
                </th>
                {shown.map(([channel, name]) => (
                  <td key={channel}>
                    <Switch
                      aria-label={`${t(label)}: ${name}`}
                      checked={isWanted(preferences, kind, channel)}
                      onChange={(event) =>
                        save.mutate(withWish(preferences, kind, channel, event.currentTarget.checked))
                      }
                    />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {asked.length > 0 && (
        <Panel title={t('Other ways to reach me')}>
          <form
            onSubmit={(event) => {
              event.preventDefault();
              save.mutate(withAddresses(preferences, addresses), { onSuccess: () => told(t('Saved')) });
            }}
          >
            <Stack maw={520}>
              <Text size="sm" c="dimmed">
                {t('With a number or an address here, these can be chosen above.')}
              </Text>
              {asked.map(({ channel, address }) => (
                <TextInput
                  key={channel.name}
                  label={words(address.label)}
                  type={address.input}
                  placeholder={address.example}
                  value={addresses[address.member] ?? addressIn(preferences, channel)}
                  onChange={(event) => setAddresses({ ...addresses, [address.member]: event.currentTarget.value })}
                />
              ))}
              <Group>
                <Button type="submit" disabled={!dirty} loading={save.isPending}>
                  {t('Save')}
                </Button>
              </Group>
            </Stack>
          </form>
        </Panel>
      )}
    </Stack>
  );
}
