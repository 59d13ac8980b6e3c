/**
 * `/instances/:id`: one process instance: where it is, what it knows and waits for, what is broken, and how it is mended. One element can be chosen, in
 * the picture, in its table or in any list; everything is about that one then.
 */
import './instance.css';
import { Breadcrumbs, Button, Group, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useCallback, useMemo, useState } from 'react';
import { caseOfKeyQuery, instanceQuery, instanceXmlQuery } from '../../api/queries';
import type { ProcessInstance } from '../../api/schema';
import { useCan } from '../../app/permissions';
import { t } from '../../i18n';
import { isOpaque, words } from '../../lib/format';
import { Tag } from '../../ui/badges';
import { later } from '../../ui/later';
import { Page } from '../../ui/page';
import { Failure, Loading } from '../../ui/states';
import { elementsOf, kindOf, statesOf } from '../diagram/elements';
import { InstanceDiagram } from '../diagram/instance-diagram';
import { InstanceState } from '../processes/instance-state';
import { InstanceActions } from './actions';
import { ChosenElement } from './chosen';
import { InstanceFacts } from './facts';
import { marksOf, type PlannedStep } from './modification';
import { PanelTabs } from './panel-tabs';
import { firstPanel } from './panels';

const Modify = later(async () => (await import('./modify')).Modify, <Loading rows={3} />);

const route = getRouteApi('/instances/$id');
/** Looks like a number that cases have; whether one has it, the server says. */
const CASE_NUMBER = /^[A-Za-z0-9]+-\d+$/;

export function InstancePage() {
  const { id } = route.useParams();
  const query = useQuery(instanceQuery(id));
  const [plan, setPlan] = useState<PlannedStep[] | null>(null);
  const key = query.data?.businessKey ?? '';
  const may = useCan()('case:read');
  const of = useQuery({ ...caseOfKeyQuery(key), enabled: may && CASE_NUMBER.test(key) }).data;
  const name = query.data?.definitionName ?? query.data?.definitionKey ?? t('Process instance');
  const title =
    query.data === undefined || isOpaque(query.data.businessKey) ? name : `${name} · ${query.data.businessKey}`;
  return (
    <Page
      title={title}
      above={
        <Breadcrumbs mb={6} fz="sm">
          <Link to="/processes" className="cw-link">
            {t('Processes')}
          </Link>
          {query.data !== undefined && (
            <Link to="/processes/$id" params={{ id: query.data.definitionId }} className="cw-link">
              {name}
            </Link>
          )}
          <span>
            {query.data === undefined || isOpaque(query.data.businessKey) ? t('Instance') : query.data.businessKey}
          </span>
        </Breadcrumbs>
      }
      actions={
        query.data !== undefined && (
          <Group gap="xs">
            <InstanceState state={query.data.state} />
            <Tag>{t('Version {version}', { version: query.data.version })}</Tag>
            {of != null && (
              <Button
                component={Link}
                to="/cases/$ref/$tab"
                params={{ ref: of.number, tab: 'overview' } as never}
                variant="default"
                size="xs"
              >
                {t('Open case')}
              </Button>
            )}
            <InstanceActions instance={query.data} modify={() => setPlan(plan ?? [])} />
          </Group>
        )
      }
    >
      {query.data === undefined ? (
        <div className="cw-panel">
          {query.isPending ? <Loading /> : <Failure error={query.error} retry={() => void query.refetch()} />}
        </div>
      ) : (
        <Body key={id} instance={query.data} plan={query.data.endedAt === null ? plan : null} setPlan={setPlan} />
      )}
    </Page>
  );
}

interface BodyProps {
  instance: ProcessInstance;
  /** What is planned to be modified; null: nothing is. */
  plan: PlannedStep[] | null;
  setPlan: (plan: PlannedStep[] | null) => void;
}

function Body({ instance, plan, setPlan }: BodyProps) {
  const { element: chosen, panel } = route.useSearch();
  const navigate = useNavigate();
  const element = chosen ?? null;
  const select = useCallback(
    (next: string | null) =>
      void navigate({
        to: '/instances/$id',
        params: { id: instance.id },
        search: { element: next ?? undefined, panel },
        replace: true,
        resetScroll: false,
      }),
    [navigate, instance.id, panel],
  );
  const xml = useQuery(instanceXmlQuery(instance.id)).data;
  const elements = useMemo(() => (xml === undefined ? [] : elementsOf(xml)), [xml]);
  const byId = useMemo(() => new Map(elements.map((each) => [each.id, each])), [elements]);
  const states = useMemo(() => statesOf(instance.activities), [instance.activities]);
  const marks = useMemo(() => (plan === null ? undefined : marksOf(plan)), [plan]);
  const nameOf = useCallback(
    (id: string | null) => {
      if (id === null) return '–';
      const known = byId.get(id);
      return known === undefined ? words(id) : known.name || `${t(kindOf(known.type))} ${id}`;
    },
    [byId],
  );
  const current = element === null ? undefined : byId.get(element);
  return (
    <Stack>
      <InstanceFacts instance={instance} />
      <InstanceDiagram id={instance.id} selected={element} select={select} marks={marks} />
      {element !== null && (
        <ChosenElement
          title={nameOf(element)}
          kind={current === undefined ? null : t(kindOf(current.type))}
          state={states.get(element)}
          close={() => select(null)}
        />
      )}
      {plan !== null && (
        <Modify
          instance={instance.id}
          plan={plan}
          setPlan={setPlan}
          selected={current}
          state={element === null ? undefined : states.get(element)}
          elements={elements}
          nameOf={nameOf}
          close={() => setPlan(null)}
        />
      )}
      <PanelTabs
        instance={instance}
        current={panel ?? firstPanel(instance)}
        element={element}
        nameOf={nameOf}
        select={select}
      />
    </Stack>
  );
}
