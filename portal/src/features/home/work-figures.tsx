/** What of my work there is, in numbers; each leads to the list that it counts. */
import { SimpleGrid } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { countedCasesQuery } from '../../api/queries';
import { t } from '../../i18n';
import { COUNTED, toQuery } from '../cases/filters';
import type { Duties } from './duties';
import { Figure, SHOWN } from './figures';
import { useMyTasks } from './use-my-tasks';

export function WorkFigures({ duties }: { duties: Duties }) {
  const mine = useQuery({ ...useMyTasks('mine', SHOWN), enabled: duties.tasks }).data;
  const cases = useQuery({ ...countedCasesQuery(toQuery(COUNTED.myCases), SHOWN), enabled: duties.cases }).data;
  const atRisk = useQuery({ ...countedCasesQuery(toQuery(COUNTED.atRisk), SHOWN), enabled: duties.cases }).data;
  const free = useQuery({ ...countedCasesQuery(toQuery(COUNTED.unassigned), 1), enabled: duties.cases }).data;
  return (
    <SimpleGrid cols={{ base: 2, md: 4 }} mb="md" spacing="sm">
      {duties.tasks && <Figure id="tasks" icon="tasks" value={mine?.total} label={t('My tasks')} to="/tasks" />}
      {duties.cases && (
        <>
          <Figure
            id="cases"
            icon="cases"
            value={cases?.total}
            label={t('My open cases')}
            to="/cases"
            search={COUNTED.myCases}
          />
          <Figure
            id="unassigned"
            icon="queue"
            value={free?.total}
            label={t('Unassigned in queues')}
            to="/cases"
            search={COUNTED.unassigned}
          />
          <Figure
            id="at-risk"
            icon="flame"
            value={atRisk?.total}
            label={t('Deadlines at risk')}
            to="/cases"
            search={COUNTED.atRisk}
            danger={(atRisk?.total ?? 0) > 0}
          />
        </>
      )}
    </SimpleGrid>
  );
}
