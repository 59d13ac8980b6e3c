/** The queues that cases of a type may stand in. */
import { useQuery } from '@tanstack/react-query';
import { queuesQuery } from '../../../api/queries';
import type { CaseDefinition } from '../../../api/schema';
import { useCan } from '../../../app/permissions';
import { t } from '../../../i18n';
import { FactTable, Named } from './fact-table';

export function Queues({ of }: { of: CaseDefinition }) {
  const known = useQuery({ ...queuesQuery, enabled: useCan()('queue:read') }).data ?? [];
  const nameOf = (id: string) => known.find((queue) => queue.id === id)?.name ?? id;
  const first = of.defaultQueue ?? null;
  const any = { key: '', cells: [t('Any queue'), first === null ? '–' : nameOf(first)] };
  return (
    <FactTable
      title={t('Queues')}
      testId="version-queues"
      columns={[t('Queue'), t('Cases begin in it')]}
      rows={
        of.queues.length === 0
          ? [any]
          : of.queues.map((id) => ({
              key: id,
              cells: [<Named key="name" name={nameOf(id)} id={id} />, id === first ? t('Yes') : t('No')],
            }))
      }
    />
  );
}
