/** The figures that are looked at first; each leads to the list that it counts. */
import { SimpleGrid } from '@mantine/core';
import type { CaseStatistics } from '../../api/schema';
import { t } from '../../i18n';
import { Figure } from '../home/figures';
import { openCases, RISKS, within, type OverviewFilters } from './filters';

const of = (told: CaseStatistics, by: string, value: string | null) =>
  told.groups.find((groups) => groups.by === by)?.items.find((group) => group.value === value)?.count ?? 0;

export function Tiles({ told, filters }: { told: CaseStatistics; filters: OverviewFilters }) {
  const open = { ...openCases(filters), view: 'all' };
  const sum = (what: 'created' | 'closed') => told.days.reduce((all, day) => all + day[what], 0);
  const [first, last] = [told.days[0], told.days.at(-1)];
  const span = (what: 'created' | 'closed') =>
    first === undefined || last === undefined ? open : within(filters, what, first.from, last.before);
  return (
    <SimpleGrid cols={{ base: 2, md: 3, lg: 6 }} mb="md" spacing="sm">
      <Figure id="open" icon="cases" value={told.total} label={t('Open cases')} to="/cases" search={open} />
      <Figure
        id="nobody"
        icon="person"
        value={of(told, 'assignee', null)}
        label={t('With nobody')}
        to="/cases"
        search={{ ...open, assignee: 'none' }}
      />
      <Figure
        id="risk"
        icon="clock"
        value={of(told, 'sla', 'atRisk')}
        label={t('Deadlines at risk')}
        to="/cases"
        search={{ ...open, sla: RISKS.atRisk, sort: 'dueAt' }}
      />
      <Figure
        id="over"
        icon="flame"
        value={of(told, 'sla', 'breached')}
        label={t('Deadlines over')}
        to="/cases"
        search={{ ...open, sla: RISKS.breached, sort: 'dueAt' }}
        danger={of(told, 'sla', 'breached') > 0}
      />
      <Figure
        id="came"
        icon="download"
        value={sum('created')}
        label={t('Came in these days')}
        to="/cases"
        search={span('created')}
      />
      <Figure
        id="went"
        icon="check"
        value={sum('closed')}
        label={t('Closed in these days')}
        to="/cases"
        search={span('closed')}
      />
    </SimpleGrid>
  );
}
