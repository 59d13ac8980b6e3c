/** What an operator looks at first: what failed, then what runs. Where nothing failed, that is said once. */
import { t } from '../../../i18n';
import { Empty } from '../../../ui/states';
import { Incidents } from './incidents';
import { Processes } from './processes';
import { useProblems } from './use-problems';

export function OpenProblems() {
  const problems = useProblems();
  const isCalm = problems.every(({ value }) => value === 0);
  return (
    <>
      {isCalm && (
        <div className="cw-panel" data-testid="home-calm">
          <Empty icon="check" title={t('Nothing stands in the way')}>
            {t('Every process can go on, and nothing waits to be mended.')}
          </Empty>
        </div>
      )}
      <Incidents />
      <Processes />
    </>
  );
}
