/** The promises of a case type: how long, by which clock, from when to when, and where the clock waits. */
import { useQuery } from '@tanstack/react-query';
import { calendarsQuery } from '../../../api/queries';
import type { CaseDefinition, SlaPolicy } from '../../../api/schema';
import { useCan } from '../../../app/permissions';
import { t } from '../../../i18n';
import { FactTable, Named } from './fact-table';
import { pauseWords, scopeWords, timeWords, triggerWords } from './promise-words';

export function Promises({ of }: { of: CaseDefinition }) {
  const calendars = useQuery({ ...calendarsQuery, enabled: useCan()('calendar:read') }).data ?? [];
  const clock = ({ calendarId, calendar }: SlaPolicy) =>
    calendarId != null
      ? (calendars.find((each) => each.id === calendarId)?.name ?? calendarId)
      : calendar === 'business'
        ? t('Business hours')
        : t('Around the clock');
  return (
    <FactTable
      title={t('Service levels')}
      testId="version-promises"
      columns={[
        t('Promise'),
        t('About'),
        t('Deadline'),
        t('Goal'),
        t('Counts by'),
        t('Begins with'),
        t('Ends with'),
        t('Waits in'),
      ]}
      rows={of.slas.map((sla) => ({
        key: sla.id,
        cells: [
          <Named key="name" name={sla.name} id={sla.id} />,
          scopeWords(sla.scope, of),
          timeWords(sla.target),
          timeWords(sla.goal),
          clock(sla),
          triggerWords(sla.startOn, of),
          triggerWords(sla.stopOn, of),
          (sla.pauseIn ?? []).map((where) => pauseWords(where, of)).join(', ') || '–',
        ],
      }))}
    />
  );
}
