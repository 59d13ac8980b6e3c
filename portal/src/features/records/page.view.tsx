/** `/records/{id}`: what a record says, the cases it is in, and what happened to it. */
import { Button, Group, SimpleGrid, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api, ApiError, take } from '../../api/client';
import { recordQuery, recordTypesQuery } from '../../api/records';
import type { RecordBody, RecordType } from '../../api/schema';
import { useCan } from '../../app/permissions';
import { t } from '../../i18n';
import { TimeAgo } from '../../ui/badges';
import { Notice } from '../../ui/notice';
import { Page } from '../../ui/page';
import { Failure, Loading } from '../../ui/states';
import { Panel } from '../../ui/tabs';
import { report, told } from '../../ui/toast';
import { RecordCases } from './cases';
import { RecordFields } from './record-fields';
import { RecordHistory } from './history';

const route = getRouteApi('/records/$id');

export function RecordPage() {
  const { id } = route.useParams();
  const record = useQuery(recordQuery(id));
  const types = useQuery(recordTypesQuery);
  const type = types.data?.find((each) => each.key === record.data?.type);
  if (record.data === undefined || types.data === undefined)
    return (
      <Page title={t('Record')}>
        <div className="cw-panel">
          {record.isError ? <Failure error={record.error} retry={() => void record.refetch()} /> : <Loading />}
        </div>
      </Page>
    );
  return (
    <Page title={record.data.title} above={<Text size="sm">{type?.name}</Text>} testId="record-title">
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        {type !== undefined && <RecordForm key={id} record={record.data} type={type} />}
        <Stack>
          <RecordCases id={id} />
          <RecordHistory id={id} type={type} />
        </Stack>
      </SimpleGrid>
    </Page>
  );
}

function RecordForm({ record, type }: { record: RecordBody; type: RecordType }) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const can = useCan();
  const may = can('record:update');
  const [edit, setEdit] = useState<{ fields: Record<string, unknown>; version: number } | null>(null);
  const path = { id: record.id };
  const header = { 'If-Match': `"${edit?.version ?? record.version}"` };
  const save = useMutation({
    mutationFn: (fields: Record<string, unknown>) =>
      take(api.PATCH('/api/v1/records/{id}', { params: { path, header }, body: { fields } })),
    onSuccess: () => {
      setEdit(null);
      told(t('Saved'));
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ['records'] }),
  });
  const remove = useMutation({
    mutationFn: () => take(api.DELETE('/api/v1/records/{id}', { params: { path, header } })),
    onSuccess: () => {
      void navigate({ to: '/records', search: { type: record.type } });
      void queries.invalidateQueries({ queryKey: ['records'] });
    },
    onError: (error) => report(error, t('Not deleted')),
  });
  const refused = save.error instanceof ApiError ? save.error : null;
  return (
    <Panel>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (edit !== null && !save.isPending) save.mutate(edit.fields);
        }}
      >
        <Stack>
          {refused !== null && (
            <Notice tone="danger" icon="incident" role="alert" title={t('Not saved')}>
              {refused.isConflict ? t('Somebody else has changed it meanwhile.') : refused.message}{' '}
              {t('What you entered is still here.')}
            </Notice>
          )}
          <fieldset disabled={!may} style={{ border: 0, padding: 0, margin: 0, minWidth: 0 }}>
            <RecordFields
              type={type}
              values={{ ...record.fields, ...edit?.fields }}
              refused={refused}
              change={(key, value) =>
                setEdit((before) => ({
                  fields: { ...before?.fields, [key]: value === '' || value === undefined ? null : value },
                  version: before?.version ?? record.version,
                }))
              }
            />
          </fieldset>
          <Text size="xs" c="dimmed">
            {t('Updated')} <TimeAgo at={record.updatedAt} />
          </Text>
          <Group>
            {may && (
              <Button type="submit" disabled={edit === null} loading={save.isPending} data-testid="save-record">
                {t('Save')}
              </Button>
            )}
            {edit !== null && (
              <Button
                variant="default"
                onClick={() => {
                  setEdit(null);
                  save.reset();
                }}
              >
                {t('Discard changes')}
              </Button>
            )}
            {can('record:delete') && (
              <Button variant="subtle" color="red" loading={remove.isPending} onClick={() => remove.mutate()}>
                {t('Delete')}
              </Button>
            )}
          </Group>
        </Stack>
      </form>
    </Panel>
  );
}
