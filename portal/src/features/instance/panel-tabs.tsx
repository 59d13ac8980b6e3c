/** The panels of an instance, one open at a time, each with how much there is in it: all of it, or what is at the chosen element. */
import { useInfiniteQuery } from '@tanstack/react-query';
import type { ComponentType } from 'react';
import {
  activitiesQuery,
  decisionsQuery,
  externalTasksQuery,
  instanceIncidentsQuery,
  instanceTasksQuery,
  jobsQuery,
  subscriptionsQuery,
  variablesQuery,
} from '../../api/instances';
import type { ProcessInstance } from '../../api/schema';
import { t } from '../../i18n';
import { later } from '../../ui/later';
import { Loading } from '../../ui/states';
import { LinkTabs } from '../../ui/tabs';
import type { ListQuery, PanelProps } from './list';
import { callsOf, PANELS } from './panels';
import { PANEL_NAMES, type PanelName } from './search';

const meanwhile = <Loading rows={3} />;
const PARTS = {
  variables: later<PanelProps>(async () => (await import('./variables')).Variables, meanwhile),
  activities: later<PanelProps>(async () => (await import('./activities')).Activities, meanwhile),
  tasks: later<PanelProps>(async () => (await import('./tasks')).InstanceTasks, meanwhile),
  jobs: later<PanelProps>(async () => (await import('./jobs')).Jobs, meanwhile),
  'external-tasks': later<PanelProps>(async () => (await import('./external-tasks')).ExternalTasks, meanwhile),
  subscriptions: later<PanelProps>(async () => (await import('./subscriptions')).Subscriptions, meanwhile),
  incidents: later<PanelProps>(async () => (await import('./incidents')).InstanceIncidents, meanwhile),
  decisions: later<PanelProps>(async () => (await import('./decisions')).Decisions, meanwhile),
  calls: later<PanelProps>(async () => (await import('./calls')).Calls, meanwhile),
} satisfies Record<PanelName, ComponentType<PanelProps> & { ahead: () => void }>;

function useTotal<T>(query: ListQuery<T>): number | undefined {
  return useInfiniteQuery(query).data?.pages[0]?.total ?? undefined;
}

function useTotals(instance: ProcessInstance, element: string | null): Partial<Record<PanelName, number>> {
  const { id } = instance;
  return {
    variables: useTotal(variablesQuery(id, element)),
    activities: useTotal(activitiesQuery(id, element)),
    tasks: useTotal(instanceTasksQuery(id, element)),
    jobs: useTotal(jobsQuery(id, element)),
    'external-tasks': useTotal(externalTasksQuery(id, element)),
    subscriptions: useTotal(subscriptionsQuery(id, element)),
    incidents: useTotal(instanceIncidentsQuery(id, element)),
    decisions: useTotal(decisionsQuery(id, element)),
    calls:
      callsOf(instance, element).length + (element === null && instance.callingInstance !== null ? 1 : 0) || undefined,
  };
}

interface Props extends Omit<PanelProps, 'instance' | 'isEnded'> {
  instance: ProcessInstance;
  current: PanelName;
}

export function PanelTabs({ instance, current, element, nameOf, select }: Props) {
  const totals = useTotals(instance, element);
  const Part = PARTS[current];
  return (
    <section aria-label={PANELS[current]()}>
      <LinkTabs
        label={t('What the instance has')}
        current={current}
        point={(id) => PANEL_NAMES.filter((panel) => panel === id).forEach((panel) => PARTS[panel].ahead())}
        tabs={PANEL_NAMES.map((panel) => ({
          id: panel,
          label: PANELS[panel](),
          count: totals[panel],
          link: {
            to: '/instances/$id',
            params: { id: instance.id },
            search: { element: element ?? undefined, panel },
          },
        }))}
      />
      <div className="cw-panel" data-flush="" data-testid={`panel-${current}`} style={{ minHeight: 160 }}>
        <Part
          key={`${instance.id}${element ?? ''}`}
          instance={instance.id}
          element={element}
          nameOf={nameOf}
          select={select}
          isEnded={instance.endedAt !== null}
        />
      </div>
    </section>
  );
}
