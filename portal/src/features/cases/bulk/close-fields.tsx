/** How the chosen cases are closed, and what becomes of their open work. */
import { Radio, Select, Stack, Textarea } from '@mantine/core';
import { t } from '../../../i18n';
import { entries, type FormProps } from './form';

export function CloseFields({ change, set, definitions }: FormProps) {
  const closed = definitions.flatMap((each) => each.statuses).filter((status) => status.kind === 'closed');
  const resolutions = definitions.flatMap((each) => (each.resolutions as typeof each.resolutions | undefined) ?? []);
  return (
    <>
      <Select
        label={t('Status')}
        data-autofocus
        data={entries(closed)}
        value={change.status ?? null}
        onChange={(status) => set({ ...change, status: status ?? undefined })}
      />
      {resolutions.length > 0 && (
        <Select
          label={t('How does it end?')}
          data={entries(resolutions)}
          value={change.resolution ?? null}
          onChange={(resolution) => set({ ...change, resolution: resolution ?? undefined })}
        />
      )}
      <Textarea
        label={t('Reason')}
        autosize
        minRows={2}
        value={change.reason ?? ''}
        onChange={(event) =>
          set({ ...change, reason: event.currentTarget.value === '' ? undefined : event.currentTarget.value })
        }
      />
      <Radio.Group
        label={t('Cases with open work')}
        value={change.openWork ?? 'refuse'}
        onChange={(value) => set({ ...change, openWork: value === 'cancel' ? 'cancel' : undefined })}
      >
        <Stack gap="xs" mt="xs">
          <Radio value="refuse" label={t('Leave them open')} />
          <Radio value="cancel" label={t('Close them and cancel the work; this cannot be taken back')} />
        </Stack>
      </Radio.Group>
    </>
  );
}
