/** Giving a record a role in the case; one that is not there yet is made on the way. */
import { Button, Group, Modal, Select, Stack, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, take } from '../../api/client';
import { recordQuery, recordsQuery, recordTypesQuery } from '../../api/records';
import type { Case } from '../../api/schema';
import { useCan } from '../../app/permissions';
import { t } from '../../i18n';
import { Notice } from '../../ui/notice';
import { CreateRecord } from '../records/create-dialog';
import { noOption } from '../../ui/no-option';

export function PartyDialog({ item, close }: { item: Case; close: () => void }) {
  const queries = useQueryClient();
  const mayCreate = useCan()('record:create');
  const types = useQuery(recordTypesQuery).data ?? [];
  const [role, setRole] = useState('');
  const [text, setText] = useState('');
  const [record, setRecord] = useState<string | null>(null);
  const [creates, setCreates] = useState(false);
  const [search] = useDebouncedValue(text, 200);
  const found = useQuery({
    ...recordsQuery({ search: search === '' ? undefined : search }),
    placeholderData: keepPreviousData,
  }).data;
  const chosen = useQuery({ ...recordQuery(record ?? ''), enabled: record !== null }).data;
  const offered = [...(found ?? []), ...(chosen === undefined ? [] : [chosen])];
  const data = [...new Map(offered.map((each) => [each.id, { value: each.id, label: each.title }])).values()];
  const add = useMutation({
    mutationFn: (id: string) =>
      take(api.POST('/api/v1/cases/{id}/parties', { params: { path: { id: item.id } }, body: { role, record: id } })),
    onSuccess: close,
    onSettled: () => queries.invalidateQueries({ queryKey: ['case', item.id] }),
  });
  if (creates) return <CreateRecord types={types} type={undefined} made={setRecord} close={() => setCreates(false)} />;
  return (
    <Modal
      opened
      onClose={close}
      title={t('Add a record to {number}', { number: item.number })}
      closeButtonProps={{ 'aria-label': t('Close') }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (record !== null && !add.isPending) add.mutate(record);
        }}
      >
        <Stack>
          {add.error !== null && (
            <Notice tone="danger" icon="incident" role="alert" title={t('Not added')}>
              {add.error.message}
            </Notice>
          )}
          <Select
            label={t('Record')}
            data-autofocus
            searchable
            required
            data={data}
            filter={({ options }) => options}
            searchValue={text}
            onSearchChange={setText}
            value={record}
            onChange={setRecord}
            nothingFoundMessage={noOption(t('No record matches'))}
            data-testid="party-record"
          />
          <TextInput
            label={t('Role')}
            description={t('What it is to this case: claimant, witness, insured car')}
            required
            maxLength={60}
            value={role}
            onChange={(event) => setRole(event.currentTarget.value)}
          />
          <Group justify="space-between">
            {mayCreate && types.length > 0 ? (
              <Button variant="subtle" onClick={() => setCreates(true)}>
                {t('New record')}
              </Button>
            ) : (
              <span />
            )}
            <Group>
              <Button variant="default" onClick={close}>
                {t('Cancel')}
              </Button>
              <Button
                type="submit"
                loading={add.isPending}
                disabled={record === null || role.trim() === ''}
                data-testid="party-confirm"
              >
                {t('Add')}
              </Button>
            </Group>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
