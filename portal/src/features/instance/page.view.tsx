/** `/instances/:id`: one process instance as it stands: tokens on the diagram, variables, incidents, called processes. */
import { Breadcrumbs, Button, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { caseOfKeyQuery, instanceQuery, instanceXmlQuery } from '../../api/queries';
import type { ProcessInstance } from '../../api/schema';
import { useCan } from '../../app/permissions';
import { t } from '../../i18n';
import { fieldValue, isOpaque, words } from '../../lib/format';
import { Tag, TimeAgo } from '../../ui/badges';
import { Page } from '../../ui/page';
import { Failure, Loading } from '../../ui/states';
import { Panel } from '../../ui/tabs';
import { States } from '../diagram/diagram';
import { elementsOf, kindOf, statesOf } from '../diagram/elements';
import { InstanceDiagram } from '../diagram/instance-diagram';
import { IncidentTable } from './incident-table';
import { InstanceState } from './instance-state';

const route = getRouteApi('/instances/$id');
/** Looks like a number that cases have; whether one has it, the server says. */
const CASE_NUMBER = /^[A-Za-z0-9]+-\d+$/;

export function InstancePage() {
  const { id } = route.useParams();
  const query = useQuery(instanceQuery(id));
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
          </Group>
        )
      }
    >
      {query.data === undefined ? (
        <div className="cw-panel">
          {query.isPending ? <Loading /> : <Failure error={query.error} retry={() => void query.refetch()} />}
        </div>
      ) : (
        <Body instance={query.data} />
      )}
    </Page>
  );
}

function Body({ instance }: { instance: ProcessInstance }) {
  const [selected, setSelected] = useState<string | null>(null);
  const xml = useQuery(instanceXmlQuery(instance.id)).data;
  const elements = useMemo(
    () => new Map((xml === undefined ? [] : elementsOf(xml)).map((element) => [element.id, element])),
    [xml],
  );
  const states = useMemo(() => statesOf(instance.activities), [instance.activities]);
  const element = selected === null ? undefined : elements.get(selected);
  return (
    <Stack>
      {instance.incidents.length > 0 && (
        <Panel title={t('Incidents')} padded={false}>
          <IncidentTable
            incidents={instance.incidents.map((each) => ({
              ...each,
              elementName: each.elementName ?? elements.get(each.elementId ?? '')?.name ?? null,
            }))}
            withinInstance
          />
        </Panel>
      )}
      <InstanceDiagram id={instance.id} selected={selected} select={setSelected} />
      {element !== undefined && (
        <Panel
          title={element.name || t(kindOf(element.type))}
          actions={
            <Button variant="subtle" size="compact-xs" onClick={() => setSelected(null)}>
              {t('Close')}
            </Button>
          }
        >
          <Group gap="sm">
            <Text size="sm" c="dimmed">
              {t(kindOf(element.type))}
            </Text>
            <States state={states.get(element.id)} />
          </Group>
        </Panel>
      )}
      <div className="cw-split">
        <Panel title={t('Variables')} padded={false}>
          {instance.variables.length === 0 ? (
            <Text p="md" size="sm" c="dimmed">
              {t('No variables')}
            </Text>
          ) : (
            <div className="cw-table-scroll" style={{ paddingTop: 8 }}>
              <table className="cw-table">
                <caption className="cw-visually-hidden">{t('Variables')}</caption>
                <thead>
                  <tr>
                    <th scope="col">{t('Name')}</th>
                    <th scope="col" className="cw-hide-narrow">
                      {t('Type')}
                    </th>
                    <th scope="col">{t('Value')}</th>
                  </tr>
                </thead>
                <tbody>
                  {instance.variables.map((variable) => (
                    <tr key={variable.name}>
                      <th scope="row">{variable.name}</th>
                      <td className="cw-hide-narrow">{variable.type}</td>
                      <td style={{ overflowWrap: 'anywhere' }}>{fieldValue(variable.value).slice(0, 400)}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )}
        </Panel>
        <Stack>
          <Panel title={t('Run')}>
            <dl className="cw-facts">
              <dt>{t('Started')}</dt>
              <dd>
                <TimeAgo at={instance.startedAt} />
              </dd>
              <dt>{t('Ended')}</dt>
              <dd>
                <TimeAgo at={instance.endedAt} />
              </dd>
              <dt>{t('Business key')}</dt>
              <dd>{instance.businessKey ?? '–'}</dd>
            </dl>
          </Panel>
          {instance.calledInstances.length > 0 && (
            <Panel title={t('Called processes')}>
              <Stack gap={6}>
                {instance.calledInstances.map((called) => (
                  <Group key={called.id} justify="space-between">
                    <Link to="/instances/$id" params={{ id: called.id }} className="cw-link">
                      {called.definitionName ?? words(called.definitionKey)}
                    </Link>
                    <InstanceState state={called.state} />
                  </Group>
                ))}
              </Stack>
            </Panel>
          )}
        </Stack>
      </div>
    </Stack>
  );
}
