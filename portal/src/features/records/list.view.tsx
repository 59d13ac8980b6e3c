/** `/records`: contacts, accounts, products, whatever cases are about. */
import { Button, Group, Select } from '@mantine/core';
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { recordPagesQuery, recordTypesQuery } from '../../api/records';
import type { RecordItem } from '../../api/schema';
import { useCan } from '../../app/permissions';
import { t } from '../../i18n';
import { unique } from '../../lib/pages';
import { TimeAgo } from '../../ui/badges';
import { agoWidth } from '../../ui/column-width';
import { DataTable, type Column } from '../../ui/data-table';
import { Page } from '../../ui/page';
import { Count, Empty, Failure, Loading } from '../../ui/states';
import { SearchField } from '../cases/filter-bar';
import { CreateRecord } from './create-dialog';

const route = getRouteApi('/records');

export function RecordList() {
  const wanted = route.useSearch();
  const navigate = useNavigate();
  const may = useCan()('record:create');
  const [creates, setCreates] = useState(false);
  const types = useQuery(recordTypesQuery).data ?? [];
  const query = useInfiniteQuery({ ...recordPagesQuery(wanted), placeholderData: keepPreviousData });
  const rows = unique(query.data?.pages ?? []);
  const total = query.data?.pages[0]?.total ?? null;
  const change = (part: Partial<typeof wanted>) =>
    void navigate({ to: '/records', search: { ...wanted, ...part }, replace: true });
  const open = (record: RecordItem) => void navigate({ to: '/records/$id', params: { id: record.id } });
  const nameOf = (key: string) => types.find((type) => type.key === key)?.name ?? key;
  const takes = types.some((type) => type.isArchived !== true);
  return (
    <Page
      title={t('Records')}
      actions={
        may &&
        takes && (
          <Button onClick={() => setCreates(true)} data-testid="new-record">
            {t('New record')}
          </Button>
        )
      }
    >
      <Group mb="sm" gap="sm" role="search" aria-label={t('Filter records')}>
        <SearchField
          label={t('Search records')}
          value={wanted.search ?? ''}
          change={(search) => change({ search: search ?? undefined })}
        />
        <Select
          aria-label={t('Record type')}
          placeholder={t('Record type')}
          clearable
          data={types.map((type) => ({
            value: type.key,
            label: type.pluralName === '' ? type.name : (type.pluralName ?? type.name),
          }))}
          value={wanted.type ?? null}
          onChange={(type) => change({ type: type ?? undefined })}
          clearButtonProps={{ 'aria-label': t('Clear') }}
        />
      </Group>
      <Group mb={6} mih={22}>
        {query.data !== undefined && (
          <Count shown={rows.length} total={total} one="{count} record" other="{count} records" />
        )}
      </Group>
      {query.isPending || query.data === undefined || rows.length === 0 ? (
        <div className="cw-panel">
          {query.isPending ? (
            <Loading />
          ) : query.data === undefined ? (
            <Failure error={query.error} retry={() => void query.refetch()} />
          ) : (
            <Empty icon="record" title={t('No record matches')}>
              {types.length === 0 && t('Nobody has defined a type of records yet.')}
            </Empty>
          )}
        </div>
      ) : (
        <DataTable
          caption={t('Records')}
          rows={rows}
          total={total}
          columns={columnsOf(nameOf)}
          rowKey={(record) => record.id}
          rowTestId="record-row"
          open={open}
          sort={{
            of: (field) => directionOf(wanted.sort ?? 'title', field),
            toggle: (field) =>
              change({
                sort: wanted.sort === field || (wanted.sort === undefined && field === 'title') ? `-${field}` : field,
              }),
          }}
          hasMore={query.hasNextPage && !query.isFetchingNextPage}
          more={() => void query.fetchNextPage()}
        />
      )}
      {creates && <CreateRecord types={types} type={wanted.type} close={() => setCreates(false)} />}
    </Page>
  );
}

function directionOf(sort: string, field: string): 'ascending' | 'descending' | 'none' {
  if (sort === field) return 'ascending';
  return sort === `-${field}` ? 'descending' : 'none';
}

function columnsOf(nameOf: (key: string) => string): Column<RecordItem>[] {
  return [
    {
      id: 'title',
      header: t('Name'),
      sort: 'title',
      rowHeader: true,
      cell: (record) => (
        <Link to="/records/$id" params={{ id: record.id }} className="cw-link">
          {record.title}
        </Link>
      ),
    },
    { id: 'type', header: t('Record type'), cell: (record) => nameOf(record.type) },
    {
      id: 'updatedAt',
      header: t('Updated'),
      sort: 'updatedAt',
      width: agoWidth(t('Updated')),
      hideNarrow: true,
      cell: (record) => <TimeAgo at={record.updatedAt} />,
    },
  ];
}
