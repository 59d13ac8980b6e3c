/** `/supervise`: what a team has to do, what came and went, and where it waits. Every number leads to the list that it counts. */
import { Button, SegmentedControl, SimpleGrid, Stack } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { caseStatisticsQuery, queuesQuery } from '../../api/queries';
import type { GroupCount } from '../../api/schema';
import { t } from '../../i18n';
import { words } from '../../lib/format';
import { PersonName } from '../../ui/badges';
import { Icon } from '../../ui/icons';
import { Page } from '../../ui/page';
import { Loaded } from '../../ui/states';
import { toQuery } from '../cases/filters';
import { Ages } from './ages';
import { CountTable } from './count-table';
import { openCases, PERIODS, type OverviewFilters, type Period } from './filters';
import { Flow } from './flow';
import { Narrowing } from './narrowing';
import './supervise.css';
import { Tiles } from './tiles';

const route = getRouteApi('/supervise');

export function Dashboard() {
  const filters = route.useSearch();
  const navigate = useNavigate();
  const days = filters.days ?? 30;
  const by = ['definition', 'stage', 'status', 'queue', 'assignee', 'sla', 'priority'];
  const open = openCases(filters);
  const query = useQuery({ ...caseStatisticsQuery(toQuery(open), by, days), placeholderData: keepPreviousData });
  const queues = useQuery(queuesQuery).data ?? [];
  const change = (next: OverviewFilters) => void navigate({ to: '/supervise', search: next, replace: true });
  const names: Record<string, (group: GroupCount) => React.ReactNode> = {
    queue: ({ value }) =>
      value === null ? t('In no queue') : (queues.find((queue) => queue.id === value)?.name ?? words(value)),
    assignee: ({ value, label }) => (value === null ? t('Nobody') : (label ?? <PersonName id={value} />)),
    sla: ({ value }) => slaName(value),
    priority: ({ value }) => (value === 'high' ? t('High') : value === 'low' ? t('Low') : t('Normal')),
  };
  const titles: Record<string, string> = {
    definition: t('Type'),
    stage: t('Stage'),
    status: t('Status'),
    queue: t('Queue'),
    assignee: t('Assignee'),
    sla: t('Deadlines'),
    priority: t('Priority'),
  };
  return (
    <Page
      title={t('Overview')}
      testId="overview"
      actions={
        <>
          <Narrowing value={filters} change={(next) => change({ ...filters, ...next })} />
          <SegmentedControl
            size="xs"
            aria-label={t('Period')}
            value={String(days)}
            data={PERIODS.map((each) => ({ value: String(each), label: t('{count} days', { count: each }) }))}
            onChange={(value) => change({ ...filters, days: Number(value) as Period })}
          />
          <Button
            component={Link}
            to="/supervise/workload"
            variant="default"
            size="xs"
            leftSection={<Icon name="person" size={14} />}
          >
            {t('Workload')}
          </Button>
        </>
      }
    >
      <Loaded query={query} rows={8}>
        {(told) => (
          <>
            <Tiles told={told} filters={filters} />
            <Stack>
              <Flow days={told.days} filters={filters} />
              <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="md">
                {told.groups
                  // Stages and statuses of several kinds of cases say little side by side.
                  .filter(({ by }) => filters.definition !== undefined || !['stage', 'status'].includes(by))
                  .map((groups) => (
                    <CountTable
                      key={groups.by}
                      title={titles[groups.by] ?? groups.by}
                      groups={groups}
                      filters={open}
                      name={names[groups.by] ?? (({ value, label }) => label ?? value ?? '–')}
                    />
                  ))}
                <Ages ages={told.ages} filters={open} />
              </SimpleGrid>
            </Stack>
          </>
        )}
      </Loaded>
    </Page>
  );
}

function slaName(value: string | null): string {
  if (value === 'breached') return t('Over');
  if (value === 'atRisk') return t('At risk');
  return value === null ? t('No deadline runs') : t('In time');
}
