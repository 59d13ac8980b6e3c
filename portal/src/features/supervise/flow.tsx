/** Inflow, outflow and backlog: a picture for the eye, and a table with the list behind each number. */
import { Skeleton } from '@mantine/core';
import { lazy, Suspense } from 'react';
import type { DayCount } from '../../api/schema';
import { formats, t } from '../../i18n';
import { fieldValue } from '../../lib/format';
import { Panel } from '../../ui/tabs';
import { CountLink } from './count-table';
import { within, type OverviewFilters } from './filters';

const FlowChart = lazy(() => import('./flow-chart'));

export function Flow({ days, filters }: { days: DayCount[]; filters: OverviewFilters }) {
  const named = new Intl.DateTimeFormat(formats(), { weekday: 'short', day: 'numeric', month: 'short' });
  return (
    <Panel title={t('Came, went, left open')}>
      <Suspense fallback={<Skeleton height={272} />}>
        <FlowChart days={days} />
      </Suspense>
      <details className="cw-details">
        <summary>{t('As a table')}</summary>
        <div className="cw-table-scroll" style={{ maxHeight: 320 }} tabIndex={0} role="region" aria-label={t('By day')}>
          <table className="cw-table" data-testid="flow-table">
            <caption className="cw-visually-hidden">{t('Came, went, left open')}</caption>
            <thead>
              <tr>
                <th scope="col">{t('Day')}</th>
                <th scope="col" className="cw-figure">
                  {t('Came')}
                </th>
                <th scope="col" className="cw-figure">
                  {t('Went')}
                </th>
                <th scope="col" className="cw-figure">
                  {t('Left open')}
                </th>
              </tr>
            </thead>
            <tbody>
              {[...days].reverse().map((day) => (
                <tr key={day.date}>
                  <th scope="row">{named.format(new Date(day.from))}</th>
                  <td className="cw-figure">
                    <CountLink
                      count={day.created}
                      label={t('Came')}
                      search={within(filters, 'created', day.from, day.before)}
                    />
                  </td>
                  <td className="cw-figure">
                    <CountLink
                      count={day.closed}
                      label={t('Went')}
                      search={within(filters, 'closed', day.from, day.before)}
                    />
                  </td>
                  <td className="cw-figure">{fieldValue(day.backlog)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </Panel>
  );
}
