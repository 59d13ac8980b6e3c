/** Cases of which a promise is at risk or broken, the first deadline first. */
import { useQuery } from '@tanstack/react-query';
import { countedCasesQuery } from '../../api/queries';
import { t } from '../../i18n';
import { useNow } from '../../ui/badges';
import { Empty } from '../../ui/states';
import { Panel } from '../../ui/tabs';
import { COUNTED, toQuery } from '../cases/filters';
import { More, SHOWN } from './figures';
import { CaseRow, Listed } from './rows';

export function CasesAtRisk() {
  const now = useNow();
  const atRisk = useQuery(countedCasesQuery(toQuery(COUNTED.atRisk), SHOWN));
  return (
    <Panel
      title={t('Deadlines at risk')}
      padded={false}
      actions={<More to="/cases" search={COUNTED.atRisk} total={atRisk.data?.total} />}
    >
      <Listed query={atRisk} rows={2} empty={<Empty icon="clock" title={t('All deadlines are safe')} />}>
        {(item) => <CaseRow key={item.id} item={item} now={now} short />}
      </Listed>
    </Panel>
  );
}
