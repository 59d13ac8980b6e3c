/** `/processes/:id`: the diagram of one version and its instances. */
import { Breadcrumbs, Group, SegmentedControl, Select, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { definitionXmlQuery, instancesQuery, processDefinitionsQuery } from '../../api/queries';
import type { ProcessInstanceSummary } from '../../api/schema';
import { plural, t } from '../../i18n';
import { dateTime, isOpaque } from '../../lib/format';
import { Tag, TimeAgo } from '../../ui/badges';
import { Page } from '../../ui/page';
import { Empty, Failure, Loaded, Loading } from '../../ui/states';
import { Panel } from '../../ui/tabs';
import { Diagram } from '../diagram/diagram';
import { InstanceState } from './instance-state';

const route = getRouteApi('/processes/$id');

export function ProcessPage() {
  const { id } = route.useParams();
  const { state = 'running' } = route.useSearch();
  const navigate = useNavigate();
  const definitions = useQuery(processDefinitionsQuery(false));
  const definition = definitions.data?.find((each) => each.id === id);
  const versions = (definitions.data ?? [])
    .filter((each) => each.key === definition?.key)
    .sort((a, b) => b.version - a.version);
  const xml = useQuery(definitionXmlQuery(id));
  const instances = useQuery({
    ...instancesQuery({ definitionKey: definition?.key, state: state === 'all' ? undefined : state }),
    enabled: definition !== undefined,
  });
  const name = definition?.name ?? definition?.key ?? t('Process');
  return (
    <Page
      title={name}
      above={
        <Breadcrumbs mb={6} fz="sm">
          <Link to="/processes" className="cw-link">
            {t('Processes')}
          </Link>
          <span>{name}</span>
        </Breadcrumbs>
      }
      actions={
        definition !== undefined && (
          <Group gap={6}>
            {versions.length > 1 ? (
              <Select
                size="xs"
                w={150}
                aria-label={t('Version')}
                allowDeselect={false}
                data={versions.map((each) => ({
                  value: each.id,
                  label: t('Version {version}', { version: each.version }),
                }))}
                value={id}
                onChange={(next) => {
                  if (next !== null)
                    void navigate({
                      to: '/processes/$id',
                      params: { id: next },
                      search: { state: state === 'running' ? undefined : state },
                    });
                }}
              />
            ) : (
              <Tag>{t('Version {version}', { version: definition.version })}</Tag>
            )}
            {definition.incidents > 0 && (
              <Tag tone="danger" icon="incident">
                {plural('{count} incident', '{count} incidents', definition.incidents)}
              </Tag>
            )}
          </Group>
        )
      }
    >
      {definitions.isPending ? (
        <Loading />
      ) : definitions.data === undefined ? (
        <div className="cw-panel">
          <Failure error={definitions.error} retry={() => void definitions.refetch()} />
        </div>
      ) : definition === undefined ? (
        <div className="cw-panel">
          <Empty icon="process" title={t('There is no such process')}>
            {t('It was never deployed, or it was deleted.')}
          </Empty>
        </div>
      ) : (
        <Stack>
          <Loaded query={xml}>{(source) => <Diagram xml={source} name={name} />}</Loaded>
          <Panel
            title={t('Instances')}
            padded={false}
            actions={
              <SegmentedControl
                size="xs"
                aria-label={t('State')}
                value={state}
                onChange={(next) =>
                  void navigate({
                    to: '/processes/$id',
                    params: { id },
                    search: { state: next === 'running' ? undefined : next },
                    replace: true,
                  })
                }
                data={[
                  { value: 'running', label: t('Running') },
                  { value: 'completed', label: t('Completed') },
                  { value: 'all', label: t('All') },
                ]}
              />
            }
          >
            <Loaded query={instances}>{(rows) => <Instances rows={rows} />}</Loaded>
          </Panel>
        </Stack>
      )}
    </Page>
  );
}

function Instances({ rows }: { rows: ProcessInstanceSummary[] }) {
  if (rows.length === 0) return <Empty icon="process" title={t('No instances in this state')} />;
  return (
    <div className="cw-table-scroll">
      <table className="cw-table">
        <caption className="cw-visually-hidden">{t('Instances')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('Business key')}</th>
            <th scope="col">{t('State')}</th>
            <th scope="col">{t('Version')}</th>
            <th scope="col">{t('Started')}</th>
            <th scope="col" className="cw-hide-narrow">
              {t('Ended')}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id} data-testid="instance-row">
              <th scope="row">
                <Link to="/instances/$id" params={{ id: row.id }} className="cw-link">
                  {isOpaque(row.businessKey) ? t('started {at}', { at: dateTime(row.startedAt) }) : row.businessKey}
                </Link>
              </th>
              <td>
                <InstanceState state={row.state} />
              </td>
              <td className="cw-num">{row.version}</td>
              <td>
                <TimeAgo at={row.startedAt} />
              </td>
              <td className="cw-hide-narrow">
                <TimeAgo at={row.endedAt} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
