/** Which kind of case and which queue the figures are about. */
import { Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { definitionsQuery, queuesQuery } from '../../api/queries';
import { t } from '../../i18n';

interface Narrowed {
  definition?: string;
  queue?: string;
}

export function Narrowing({ value, change }: { value: Narrowed; change: (next: Narrowed) => void }) {
  const definitions = useQuery(definitionsQuery).data ?? [];
  const queues = useQuery(queuesQuery).data ?? [];
  const shared = { clearable: true, size: 'xs', w: 170, clearButtonProps: { 'aria-label': t('Clear') } } as const;
  return (
    <>
      <Select
        {...shared}
        aria-label={t('Type')}
        placeholder={t('Type')}
        data={definitions.map((each) => ({ value: each.key, label: each.name }))}
        value={value.definition ?? null}
        onChange={(definition) => change({ ...value, definition: definition ?? undefined })}
        data-testid="narrow-definition"
      />
      <Select
        {...shared}
        aria-label={t('Queue')}
        placeholder={t('Queue')}
        data={queues.map((each) => ({ value: each.id, label: each.name }))}
        value={value.queue ?? null}
        onChange={(queue) => change({ ...value, queue: queue ?? undefined })}
        data-testid="narrow-queue"
      />
    </>
  );
}
