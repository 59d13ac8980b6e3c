/** How old the open cases are. */
import type { CaseStatistics } from '../../api/schema';
import { plural, t } from '../../i18n';
import { Panel } from '../../ui/tabs';
import type { CaseFilters } from '../cases/filters';
import { CountLink } from './count-table';

export function Ages({ ages, filters }: { ages: CaseStatistics['ages']; filters: CaseFilters }) {
  const most = Math.max(1, ...ages.map((age) => age.count));
  return (
    <Panel title={t('Age')} padded={false}>
      <div className="cw-table-scroll" tabIndex={0} role="region" aria-label={t('Age')}>
        <table className="cw-table" data-testid="counts-age">
          <caption className="cw-visually-hidden">{t('Age')}</caption>
          <thead>
            <tr>
              <th scope="col">
                <span className="cw-visually-hidden">{t('Age')}</span>
              </th>
              <th scope="col" className="cw-figure">
                {t('Open')}
              </th>
            </tr>
          </thead>
          <tbody>
            {ages.map((age) => {
              const name =
                age.days === 0
                  ? t('Less than a day')
                  : plural('{count} day and more', '{count} days and more', age.days);
              return (
                <tr key={age.days}>
                  <th scope="row">
                    {name}
                    <span className="cw-share" aria-hidden="true">
                      <span style={{ width: `${(age.count / most) * 100}%` }} />
                    </span>
                  </th>
                  <td className="cw-figure">
                    <CountLink
                      count={age.count}
                      label={name}
                      search={{
                        ...filters,
                        createdFrom: age.createdFrom ?? undefined,
                        createdBefore: age.createdBefore ?? undefined,
                        view: 'all',
                      }}
                    />
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}
