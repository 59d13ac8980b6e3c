/** A new record: of which type, and what it is made of. What was entered stays when it is refused. */
import { Button, Group, Modal, Select, Stack } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api, ApiError, take } from '../../api/client';
import type { RecordType } from '../../api/schema';
import { t } from '../../i18n';
import { Notice } from '../../ui/notice';
import { defaultsOf } from '../cases/entered-fields';
import { RecordFields } from './record-fields';

interface Props {
  types: RecordType[];
  /** The one to begin with. */
  type: string | undefined;
  /** Without it the new record is opened. */
  made?: (id: string) => void;
  close: () => void;
}

export function CreateRecord({ types, type, made, close }: Props) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const open = types.filter((each) => each.isArchived !== true);
  const [key, setKey] = useState((open.find((each) => each.key === type) ?? open[0])?.key ?? null);
  const [fields, setFields] = useState<Record<string, unknown>>({});
  const chosen = open.find((each) => each.key === key);
  // What the server would fill in is seen, and may be changed.
  const entered = chosen === undefined ? fields : { ...defaultsOf(chosen), ...fields };
  const create = useMutation({
    mutationFn: (body: { type: string; fields: Record<string, unknown> }) =>
      take(api.POST('/api/v1/records', { body })),
    onSuccess: (record) => {
      void queries.invalidateQueries({ queryKey: ['records'] });
      close();
      if (made === undefined) void navigate({ to: '/records/$id', params: { id: record.id } });
      else made(record.id);
    },
  });
  const refused = create.error instanceof ApiError ? create.error : null;
  return (
    <Modal opened onClose={close} title={t('New record')} closeButtonProps={{ 'aria-label': t('Close') }}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (chosen === undefined || create.isPending) return;
          const known = new Set(chosen.fields.map((field) => field.key));
          const own = Object.fromEntries(Object.entries(entered).filter(([each]) => known.has(each)));
          create.mutate({ type: chosen.key, fields: own });
        }}
      >
        <Stack>
          {create.error !== null && (
            <Notice tone="danger" icon="incident" role="alert" title={t('Not created')}>
              {create.error.message}
            </Notice>
          )}
          <Select
            label={t('Record type')}
            allowDeselect={false}
            data={open.map((each) => ({ value: each.key, label: each.name }))}
            value={key}
            onChange={setKey}
          />
          {chosen !== undefined && (
            <RecordFields
              type={chosen}
              values={entered}
              refused={refused}
              change={(field, value) => setFields((before) => ({ ...before, [field]: value }))}
            />
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              {t('Cancel')}
            </Button>
            <Button
              type="submit"
              loading={create.isPending}
              disabled={chosen === undefined}
              data-testid="create-record"
            >
              {t('Create')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
