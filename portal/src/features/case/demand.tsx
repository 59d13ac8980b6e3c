/** After a move that was refused because fields are missing: exactly those fields, and then the move. */
import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import type { CaseDefinition, CaseField } from '../../api/schema';
import { t } from '../../i18n';
import { words } from '../../lib/format';
import { FieldInput } from '../fields/field';
import { usePatchCase, type Demand } from './actions';

export function DemandDialog({
  demand,
  definition,
  close,
}: {
  demand: Demand | null;
  definition: CaseDefinition | undefined;
  close: () => void;
}) {
  if (demand === null) return null;
  return <Demanded key={demand.request.item.id} demand={demand} definition={definition} close={close} />;
}

/** The fields that the refusal points at, as the definition knows them. */
export function demandedFields(
  demand: Demand,
  definition: CaseDefinition | undefined,
): { field: CaseField; detail: string }[] {
  return demand.errors.map(({ key, detail }) => ({
    detail,
    field: {
      ...(definition?.fields.find((field) => field.key === key) ?? {
        key,
        label: words(key),
        type: 'string' as const,
        required: true,
      }),
      required: true,
    },
  }));
}

function Demanded({
  demand,
  definition,
  close,
}: {
  demand: Demand;
  definition: CaseDefinition | undefined;
  close: () => void;
}) {
  const [now, setNow] = useState(demand);
  const patch = usePatchCase(undefined, setNow);
  const { item } = now.request;
  const [values, setValues] = useState<Record<string, unknown>>({});
  const stage = definition?.stages.find((each) => each.id === now.request.patch.stage)?.name ?? '';
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!patch.isPending)
      patch.mutate(
        {
          ...demand.request,
          patch: { ...demand.request.patch, fields: { ...demand.request.patch.fields, ...values } },
        },
        { onSuccess: close },
      );
  };
  return (
    <Modal
      opened
      onClose={close}
      title={t('{number} needs more before it goes to {stage}', { number: item.number, stage })}
      closeButtonProps={{ 'aria-label': t('Close') }}
    >
      <form onSubmit={submit}>
        <Stack>
          <Text size="sm" c="dimmed">
            {item.title}
          </Text>
          {demandedFields(now, definition).map(({ field, detail }) => (
            <FieldInput
              key={field.key}
              field={field}
              error={detail}
              value={field.key in values ? values[field.key] : item.fields[field.key]}
              change={(value) => setValues((before) => ({ ...before, [field.key]: value }))}
            />
          ))}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              {t('Cancel')}
            </Button>
            <Button type="submit" loading={patch.isPending} data-testid="demand-save">
              {t('Save and move')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
