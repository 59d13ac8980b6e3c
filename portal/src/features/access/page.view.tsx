/** `/access`: may somebody do something, and why. The address holds the question, so that it can be sent. */
import { Grid, Select, Stack, Text, TextInput } from '@mantine/core';
import { useDebouncedCallback, useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { actionsQuery, explainedQuery } from '../../api/access';
import { accountPagesQuery } from '../../api/accounts';
import { useCan } from '../../app/permissions';
import { t } from '../../i18n';
import { unique } from '../../lib/pages';
import { Page } from '../../ui/page';
import { Empty, Failure, Loading, NoAccess } from '../../ui/states';
import { ActionField } from './action-field';
import { Answer } from './answer';

const route = getRouteApi('/access');

export function AccessPage() {
  const may = useCan()('access:explain');
  return (
    <Page title={t('Rights')} width={980}>
      {may ? <Question /> : <NoAccess />}
    </Page>
  );
}

function Question() {
  const { user, action, id } = route.useSearch();
  const navigate = useNavigate();
  const kinds = useQuery(actionsQuery).data ?? [];
  const kind = kinds.find((each) => action?.startsWith(`${each.kind}:`));
  const ask = (part: { user?: string; action?: string; id?: string }) =>
    void navigate({ to: '/access', search: { user, action, id, ...part }, replace: true });
  const name = useDebouncedCallback((text: string) => ask({ id: text.trim() || undefined }), 300);
  return (
    <Stack>
      <Text size="sm" c="dimmed">
        {t('The question goes the way that their own request would go; nothing is done.')}
      </Text>
      <Grid className="cw-panel" p="md" gap="sm">
        <Grid.Col span={{ base: 12, sm: 4 }}>
          <WhoField value={user} choose={(next) => ask({ user: next })} />
        </Grid.Col>
        <Grid.Col span={{ base: 12, sm: 4 }}>
          <ActionField
            kinds={kinds}
            value={action}
            choose={(next) => ask({ action: next, id: next?.startsWith(`${kind?.kind}:`) ? id : undefined })}
          />
        </Grid.Col>
        <Grid.Col span={{ base: 12, sm: 4 }}>
          <TextInput
            // Another question begins with an empty field.
            key={`${action} ${kind?.hasThings}`}
            label={t('with which one')}
            placeholder={kind?.kind === 'case' ? t('Number or id; empty: any') : t('Id; empty: any')}
            defaultValue={id ?? ''}
            disabled={kind?.hasThings !== true}
            onChange={(event) => name(event.currentTarget.value)}
            data-testid="access-thing"
          />
        </Grid.Col>
      </Grid>
      {user !== undefined && action !== undefined ? (
        <Told user={user} action={action} id={id} />
      ) : (
        <Empty icon="help" title={t('Choose a person and what they want to do')} />
      )}
    </Stack>
  );
}

function Told({ user, action, id }: { user: string; action: string; id: string | undefined }) {
  const query = useQuery(explainedQuery({ user, action, resource: id === undefined ? null : { id } }));
  if (query.isPending) return <Loading rows={4} />;
  if (query.data === undefined) return <Failure error={query.error} retry={() => void query.refetch()} />;
  return <Answer told={query.data} action={action} thing={id} />;
}

/** Everybody with an account, those who are disabled as well. */
function WhoField({ value, choose }: { value: string | undefined; choose: (id: string | undefined) => void }) {
  const [text, setText] = useState('');
  const [search] = useDebouncedValue(text, 200);
  const all = unique(useInfiniteQuery(accountPagesQuery(undefined)).data?.pages ?? []);
  const typed = search === all.find((each) => each.id === value)?.name ? '' : search;
  const found = useInfiniteQuery({ ...accountPagesQuery(typed || undefined), placeholderData: keepPreviousData });
  const people = unique(found.data?.pages ?? []);
  const known = people.some((each) => each.id === value) || value === undefined;
  const data = people.map((each) => ({ value: each.id, label: each.name }));
  return (
    <Select
      label={t('Why may')}
      searchable
      data={known ? data : [...data, { value, label: value }]}
      value={value ?? null}
      onSearchChange={setText}
      filter={({ options }) => options}
      nothingFoundMessage={t('Nobody found')}
      onChange={(next) => choose(next ?? undefined)}
      data-testid="access-user"
    />
  );
}
