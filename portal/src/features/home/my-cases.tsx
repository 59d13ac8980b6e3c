/** The open cases that are mine. */
import { useQuery } from '@tanstack/react-query';
import { countedCasesQuery } from '../../api/queries';
import { t } from '../../i18n';
import { useNow } from '../../ui/badges';
import { Empty } from '../../ui/states';
import { Panel } from '../../ui/tabs';
import { COUNTED, toQuery } from '../cases/filters';
import { More, SHOWN } from './figures';
import { CaseRow, Listed } from './rows';

export function MyCases() {
  const now = useNow();
  const cases = useQuery(countedCasesQuery(toQuery(COUNTED.myCases), SHOWN));
  return (
    <Panel
      title={t('My cases')}
      padded={false}
      actions={<More to="/cases" search={COUNTED.myCases} total={cases.data?.total} />}
    >
      <Listed query={cases} rows={3} empty={<Empty icon="cases" title={t('No case is assigned to you')} />}>
        {(item) => <CaseRow key={item.id} item={item} now={now} />}
      </Listed>
    </Panel>
  );
}
