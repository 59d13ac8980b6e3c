/** `/supervise/workload`: who has how much, how old it is and what is late; and handing it on. Nothing is moved but by a person. */
import { Button, Group, Text } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useRef } from 'react';
import { caseStatisticsQuery, taskStatisticsQuery, usersQuery } from '../../api/queries';
import { t } from '../../i18n';
import { Icon } from '../../ui/icons';
import { Page } from '../../ui/page';
import { Loaded } from '../../ui/states';
import { toQuery } from '../cases/filters';
import { openCases, type WorkloadFilters } from './filters';
import { LoadRow } from './load-row';
import { Narrowing } from './narrowing';
import './supervise.css';
import { useHanding, type Piece } from './use-handing';
import { loads } from './workload';

const route = getRouteApi('/supervise/workload');

export function Workload() {
  const filters = route.useSearch();
  const navigate = useNavigate();
  const open = openCases(filters);
  const cases = useQuery({ ...caseStatisticsQuery(toQuery(open), ['assignee']), placeholderData: keepPreviousData });
  const tasks = useQuery(taskStatisticsQuery).data;
  const people = useQuery(usersQuery('')).data ?? [];
  const handing = useHanding();
  // A drop carries only an id; the piece may be in any row.
  const dragged = useRef<Piece | null>(null);
  const change = (next: WorkloadFilters) =>
    void navigate({ to: '/supervise/workload', search: next, replace: true, resetScroll: false });
  const drop = (to: { id: string; name: string } | null) => {
    const piece = dragged.current;
    dragged.current = null;
    if (piece !== null) handing.mutate({ piece, to });
  };
  return (
    <Page
      title={t('Workload')}
      testId="workload"
      actions={
        <>
          <Narrowing value={filters} change={(next) => change({ ...filters, ...next })} />
          <Button
            component={Link}
            to="/supervise"
            variant="default"
            size="xs"
            leftSection={<Icon name="stage" size={14} />}
          >
            {t('Overview')}
          </Button>
        </>
      }
    >
      <Text size="sm" c="dimmed" mb="sm">
        {t('Open somebody’s work, and give a piece of it to somebody else by its menu, or pull it onto their row.')}
      </Text>
      <Loaded query={cases} rows={6}>
        {(told) => (
          <div className="cw-panel cw-table-scroll" tabIndex={0} role="region" aria-label={t('Workload')}>
            <table className="cw-table">
              <caption className="cw-visually-hidden">{t('Workload')}</caption>
              <thead>
                <tr>
                  <th scope="col">{t('Person')}</th>
                  <th scope="col" className="cw-figure">
                    {t('Open cases')}
                  </th>
                  <th scope="col" className="cw-figure cw-hide-narrow">
                    {t('At risk')}
                  </th>
                  <th scope="col" className="cw-figure">
                    {t('Over')}
                  </th>
                  <th scope="col" className="cw-hide-narrow">
                    {t('Oldest')}
                  </th>
                  {[t('Tasks'), t('Overdue')].map((head) => (
                    <th key={head} scope="col" className="cw-figure">
                      {head}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {loads(told.groups[0], tasks?.assignees, people).map((load) => (
                  <LoadRow
                    key={load.id ?? ''}
                    load={load}
                    filters={open}
                    isOpen={filters.person === (load.id ?? 'none')}
                    toggle={(isOpen) => change({ ...filters, person: isOpen ? (load.id ?? 'none') : undefined })}
                    drag={(piece) => {
                      dragged.current = piece;
                    }}
                    drop={drop}
                  />
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Loaded>
      {(told(cases.data?.groups[0]?.rest) || told(tasks?.assignees.rest)) && (
        <Group mt="xs">
          <Text size="sm" c="dimmed">
            {t('The fifty with most work are shown.')}
          </Text>
        </Group>
      )}
    </Page>
  );
}

const told = (rest: number | undefined) => rest !== undefined && rest > 0;
