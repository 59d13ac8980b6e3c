/** After a move that was refused: exactly what is missing, and then the move. */
import { Button, Group, List, Modal, Stack, Text, Textarea } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import type { CaseDefinition, CaseField } from '../../api/schema';
import { t } from '../../i18n';
import { words } from '../../lib/format';
import { Notice } from '../../ui/notice';
import { FieldInput } from '../fields/field';
import { usePatchCase } from './actions';
import type { Demand } from './demanded';
import { Ending } from './ending';
import { ResolutionInput } from './resolution-input';

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
  // What was asked for once stays in sight: the next refusal may be about something else.
  const ask = (next: Demand) =>
    setNow((before) => ({
      ...next,
      reason: next.reason ?? before.reason,
      resolution: next.resolution || before.resolution,
    }));
  const patch = usePatchCase(undefined, ask);
  const { item } = now.request;
  const [values, setValues] = useState<Record<string, unknown>>({});
  const [reason, setReason] = useState('');
  const [resolution, setResolution] = useState('');
  const stage = definition?.stages.find((each) => each.id === now.request.patch.stage)?.name ?? '';
  const hasNothingToGive = now.errors.length === 0 && now.reason === null && !now.resolution && now.open === null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!patch.isPending)
      patch.mutate(
        {
          ...demand.request,
          patch: {
            ...demand.request.patch,
            fields: { ...demand.request.patch.fields, ...values },
            ...(reason.trim() === '' ? {} : { reason: reason.trim() }),
            ...(resolution.trim() === '' ? {} : { resolution: resolution.trim() }),
            ...(now.open === null ? {} : { openWork: 'cancel' as const }),
          },
        },
        { onSuccess: close },
      );
  };
  return (
    <Modal
      opened
      onClose={close}
      title={
        hasNothingToGive
          ? t('{number} cannot go to {stage} yet', { number: item.number, stage })
          : t('{number} needs more before it goes to {stage}', { number: item.number, stage })
      }
      closeButtonProps={{ 'aria-label': t('Close') }}
    >
      <form onSubmit={submit}>
        <Stack>
          <Text size="sm" c="dimmed">
            {item.title}
          </Text>
          {now.blocked.length > 0 && (
            <Notice
              tone="warning"
              icon="stage"
              role="status"
              title={t('What stands in the way')}
              testId="demand-blocked"
            >
              <List size="sm">
                {now.blocked.map((each) => (
                  <List.Item key={each}>{each}</List.Item>
                ))}
              </List>
            </Notice>
          )}
          {now.open !== null && <Ending open={now.open} told={t('They are cancelled with the move.')} />}
          {demandedFields(now, definition).map(({ field, detail }) => (
            <FieldInput
              key={field.key}
              field={field}
              error={detail}
              value={field.key in values ? values[field.key] : item.fields[field.key]}
              change={(value) => setValues((before) => ({ ...before, [field.key]: value }))}
            />
          ))}
          {now.resolution && <ResolutionInput definition={definition} value={resolution} change={setResolution} />}
          {now.reason !== null && (
            <Textarea
              label={t('Reason')}
              description={now.reason}
              required
              autosize
              minRows={2}
              maxLength={2_000}
              value={reason}
              onChange={(event) => setReason(event.currentTarget.value)}
              data-testid="demand-reason"
            />
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              {hasNothingToGive ? t('Close') : t('Cancel')}
            </Button>
            {!hasNothingToGive && (
              <Button
                type="submit"
                color={now.open === null ? undefined : 'danger'}
                loading={patch.isPending}
                data-testid="demand-save"
              >
                {now.open === null ? t('Save and move') : t('Cancel them and move')}
              </Button>
            )}
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
