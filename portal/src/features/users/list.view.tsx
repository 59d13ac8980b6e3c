/** `/users`: the accounts of the built-in issuer, for those who administer them. */
import { Button, Group, Text } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { accountPagesQuery } from '../../api/accounts';
import { meQuery } from '../../api/queries';
import type { Account } from '../../api/schema';
import { useCan } from '../../app/permissions';
import { roleName } from '../../app/roles';
import { t } from '../../i18n';
import { unique } from '../../lib/pages';
import { Page } from '../../ui/page';
import { DataTable, type Column } from '../../ui/data-table';
import { Count, Empty, Failure, Loading } from '../../ui/states';
import { SearchField } from '../cases/filter-bar';
import { AccessDialog } from './access-dialog';
import { DoorDialog } from './door-dialog';
import { SessionsDialog } from './sessions-dialog';

const route = getRouteApi('/users');

/** What is being done with whom. */
type Open = { dialog: 'access' | 'door' | 'sessions'; account: Account } | null;

export function UserList() {
  const { search } = route.useSearch();
  const navigate = useNavigate();
  const [open, setOpen] = useState<Open>(null);
  const me = useQuery(meQuery).data;
  // Whoever opens the page by its address is asked for their rights first.
  const can = useCan();
  const may = can('user:update');
  const query = useInfiniteQuery({ ...accountPagesQuery(search), enabled: may, placeholderData: keepPreviousData });
  const rows = unique(query.data?.pages ?? []);
  const total = query.data?.pages[0]?.total ?? null;
  const isNarrow = useMediaQuery('(max-width: 48em)', false, { getInitialValueInEffect: false });
  const columns = columnsOf(me?.id, can('access:explain'), isNarrow, setOpen);
  return (
    <Page title={t('Users')}>
      <Group mb="sm" gap="sm">
        <SearchField
          label={t('Search users')}
          value={search ?? ''}
          change={(next) => void navigate({ to: '/users', search: { search: next ?? undefined }, replace: true })}
        />
      </Group>
      <Group mb={6} mih={22}>
        {query.data !== undefined && (
          <Count shown={rows.length} total={total} one="{count} user" other="{count} users" />
        )}
      </Group>
      {query.isPending || query.data === undefined || rows.length === 0 ? (
        <div className="cw-panel">
          {query.isPending ? (
            <Loading />
          ) : query.data === undefined ? (
            <Failure error={query.error} retry={() => void query.refetch()} />
          ) : (
            <Empty icon="person" title={t('No user matches')} />
          )}
        </div>
      ) : (
        <DataTable
          caption={t('Users')}
          rows={rows}
          total={total}
          columns={columns}
          rowKey={(account) => account.id}
          rowTestId="user-row"
          open={(account) => setOpen({ dialog: 'sessions', account })}
          hasMore={query.hasNextPage && !query.isFetchingNextPage}
          more={() => void query.fetchNextPage()}
        />
      )}
      {open?.dialog === 'access' && <AccessDialog account={open.account} close={() => setOpen(null)} />}
      {open?.dialog === 'door' && <DoorDialog account={open.account} close={() => setOpen(null)} />}
      {open?.dialog === 'sessions' && <SessionsDialog account={open.account} close={() => setOpen(null)} />}
    </Page>
  );
}

function columnsOf(
  me: string | undefined,
  explains: boolean,
  isNarrow: boolean,
  open: (next: Open) => void,
): Column<Account>[] {
  const actions = (account: Account) => <Actions account={account} isMe={account.id === me} {...{ explains, open }} />;
  return [
    {
      id: 'name',
      header: t('Name'),
      rowHeader: true,
      cell: (account) => (
        <>
          {account.name} {!account.enabled && <span className="cw-badge cw-tone-warning">{t('Disabled')}</span>}
          <Text size="xs" c="dimmed" fw={400}>
            {[account.id, account.email].filter(Boolean).join(' · ')}
          </Text>
          {isNarrow && actions(account)}
        </>
      ),
    },
    {
      id: 'roles',
      header: t('Roles'),
      hideNarrow: true,
      cell: (account) => <span style={{ whiteSpace: 'normal' }}>{account.roles.map(roleName).join(', ') || '–'}</span>,
    },
    { id: 'groups', header: t('Groups'), hideMedium: true, cell: (account) => account.groups.join(', ') || '–' },
    // Beside a name on a telephone there is no room for them.
    ...(isNarrow ? [] : [{ id: 'actions', header: t('Actions'), width: 430, cell: actions }]),
  ];
}

function Actions({
  account,
  isMe,
  explains,
  open,
}: {
  account: Account;
  isMe: boolean;
  explains: boolean;
  open: (next: Open) => void;
}) {
  return (
    <Group gap={6} my={4}>
      <Button
        size="xs"
        variant="default"
        aria-label={t('Sign-ins of {name}', { name: account.name })}
        onClick={() => open({ dialog: 'sessions', account })}
      >
        {t('Sign-ins')}
      </Button>
      {explains && (
        <Button
          component={Link}
          to="/access"
          search={{ user: account.id } as never}
          size="xs"
          variant="default"
          aria-label={t('Rights of {name}', { name: account.name })}
          data-testid="user-rights"
        >
          {t('Rights')}
        </Button>
      )}
      {!isMe && (
        <Button
          size="xs"
          variant="default"
          aria-label={t('Access of {name}', { name: account.name })}
          onClick={() => open({ dialog: 'access', account })}
        >
          {t('Access')}
        </Button>
      )}
      {!isMe && (
        <Button
          size="xs"
          variant="default"
          aria-label={t(account.enabled ? 'Disable {name}' : 'Enable {name}', { name: account.name })}
          onClick={() => open({ dialog: 'door', account })}
        >
          {account.enabled ? t('Disable') : t('Enable')}
        </Button>
      )}
    </Group>
  );
}
