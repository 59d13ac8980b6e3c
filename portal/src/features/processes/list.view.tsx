/** `/processes`: what is deployed, what runs of it, and where it hurts. */
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { processDefinitionsQuery } from '../../api/queries';
import { t } from '../../i18n';
import { PersonName, Tag, TimeAgo } from '../../ui/badges';
import { Icon } from '../../ui/icons';
import { Page } from '../../ui/page';
import { Empty, Loaded } from '../../ui/states';

export function ProcessList() {
  const query = useQuery(processDefinitionsQuery(true));
  return (
    <Page
      title={t('Processes')}
      actions={
        <Button component={Link} to="/deploy" leftSection={<Icon name="deploy" size={16} />}>
          {t('Deploy')}
        </Button>
      }
    >
      <div className="cw-panel cw-table-scroll">
        <Loaded query={query}>
          {(definitions) =>
            definitions.length === 0 ? (
              <Empty
                icon="process"
                title={t('Nothing is deployed yet')}
                action={
                  <Button component={Link} to="/deploy">
                    {t('Deploy')}
                  </Button>
                }
              >
                {t('Deploy a BPMN file and its process appears here.')}
              </Empty>
            ) : (
              <table className="cw-table">
                <caption className="cw-visually-hidden">{t('Processes')}</caption>
                <thead>
                  <tr>
                    <th scope="col">{t('Name')}</th>
                    <th scope="col" className="cw-hide-narrow">
                      {t('Version')}
                    </th>
                    <th scope="col">{t('Running')}</th>
                    <th scope="col">{t('Incidents')}</th>
                    <th scope="col" className="cw-hide-narrow">
                      {t('Deployed')}
                    </th>
                    <th scope="col" className="cw-hide-narrow">
                      {t('By')}
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {definitions.map((each) => (
                    <tr key={each.id} data-testid="process-row">
                      <th scope="row">
                        <Link to="/processes/$id" params={{ id: each.id }} className="cw-link">
                          {each.name ?? each.key}
                        </Link>
                      </th>
                      <td className="cw-num cw-hide-narrow">
                        {each.version}
                        {each.versionTag !== null && each.versionTag !== '' && ` (${each.versionTag})`}
                      </td>
                      <td className="cw-num">{each.runningInstances}</td>
                      <td>
                        {each.incidents > 0 ? (
                          <Link to="/incidents" className="cw-link">
                            <Tag tone="danger" icon="incident">
                              {each.incidents}
                            </Tag>
                          </Link>
                        ) : (
                          '0'
                        )}
                      </td>
                      <td className="cw-hide-narrow">
                        <TimeAgo at={each.deployedAt} />
                      </td>
                      <td className="cw-hide-narrow">
                        <PersonName id={each.deployedBy} />
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
