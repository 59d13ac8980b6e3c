/** `/definitions`: the case types, for those who may change them. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { definitionsQuery } from '../../api/queries';
import { t } from '../../i18n';
import { Tag } from '../../ui/badges';
import { Page } from '../../ui/page';
import { Empty, Loaded } from '../../ui/states';

export function DefinitionList() {
  const query = useQuery(definitionsQuery);
  return (
    <Page title={t('Case types')}>
      <div className="cw-panel cw-table-scroll" tabIndex={0} role="region" aria-label={t('Case types')}>
        <Loaded query={query}>
          {(definitions) =>
            definitions.length === 0 ? (
              <Empty icon="cases" title={t('No case types yet')}>
                {t('An administrator adds case definitions; each gets a board.')}
              </Empty>
            ) : (
              <table className="cw-table">
                <caption className="cw-visually-hidden">{t('Case types')}</caption>
                <thead>
                  <tr>
                    <th scope="col">{t('Name')}</th>
                    <th scope="col">{t('Version')}</th>
                    <th scope="col">{t('Stages')}</th>
                    <th scope="col">{t('State')}</th>
                  </tr>
                </thead>
                <tbody>
                  {definitions.map((each) => (
                    <tr key={each.key} data-testid="definition-row">
                      <th scope="row">
                        <Link to="/definitions/$key" params={{ key: each.key }} className="cw-link">
                          {each.name}
                        </Link>
                      </th>
                      <td className="cw-num">{each.version}</td>
                      <td>{each.stages.map(({ name }) => name).join(' · ')}</td>
                      <td>
                        {each.archived ? (
                          <Tag tone="warning">{t('Archived')}</Tag>
                        ) : (
                          <Tag tone="success">{t('In use')}</Tag>
                        )}
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            )
          }
        </Loaded>
      </div>
    </Page>
  );
}
