/** `/inbox/preferences`: which news reach me where. Every switch is saved at once. */
import { Breadcrumbs, Button, Group, Stack, Switch, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api, take } from '../../api/client';
import { channelsQuery, preferencesQuery } from '../../api/queries';
import type { Preferences } from '../../api/schema';
import { t } from '../../i18n';
import { Page } from '../../ui/page';
import { Loaded } from '../../ui/states';
import { Panel } from '../../ui/tabs';
import { report, told } from '../../ui/toast';
import { isWanted, KINDS, usable, withWish, type Channel } from './preferences';

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

function Editor({ preferences, there }: { preferences: Preferences; there: readonly string[] }) {
  const queries = useQueryClient();
  const [phone, setPhone] = useState(preferences.phone ?? '');
  const [webhookUrl, setWebhookUrl] = useState(preferences.webhookUrl ?? '');
  const save = useMutation({
    mutationFn: (next: Preferences) => take(api.PUT('/api/v1/notification-preferences', { body: next })),
    onMutate: (next) => {
      queries.setQueryData(preferencesQuery.queryKey, next);
    },
    onError: (error) => report(error, t('Not saved')),
    onSettled: () => queries.invalidateQueries({ queryKey: preferencesQuery.queryKey }),
  });
  const channels: [Channel, string][] = [
    ['inApp', t('In the app')],
    ['email', t('E-mail')],
    ['sms', t('SMS')],
    ['webhook', t('Webhook')],
  ];
  const shown = channels.filter(([channel]) => usable(preferences, there).includes(channel));
  const [hasSms, hasWebhook] = [there.includes('sms'), there.includes('webhook')];
  const dirty = phone !== (preferences.phone ?? '') || webhookUrl !== (preferences.webhookUrl ?? '');
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
      {(hasSms || hasWebhook) && (
        <Panel title={t('Other ways to reach me')}>
          <form
            onSubmit={(event) => {
              event.preventDefault();
              save.mutate(
                { ...preferences, phone: phone.trim() || null, webhookUrl: webhookUrl.trim() || null },
                { onSuccess: () => told(t('Saved')) },
              );
            }}
          >
            <Stack maw={520}>
              <Text size="sm" c="dimmed">
                {t('With a number or an address here, SMS and webhooks can be chosen above.')}
              </Text>
              {hasSms && (
                <TextInput
                  label={t('Phone for SMS')}
                  type="tel"
                  placeholder="+4930123456"
                  value={phone}
                  onChange={(event) => setPhone(event.currentTarget.value)}
                />
              )}
              {hasWebhook && (
                <TextInput
                  label={t('Address for webhooks')}
                  type="url"
                  placeholder="https://"
                  value={webhookUrl}
                  onChange={(event) => setWebhookUrl(event.currentTarget.value)}
                />
              )}
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
