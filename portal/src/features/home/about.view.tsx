/** `/about`: version and the licences that ask to be shown. */
import { Anchor, Stack, Text } from '@mantine/core';
import { useSession } from '../../app/session';
import { t } from '../../i18n';
import { Page } from '../../ui/page';
import { Panel } from '../../ui/tabs';

const PARTS: [string, string, string][] = [
  ['bpmn-js, form-js', 'bpmn.io licence', 'https://bpmn.io/license/'],
  ['React, Mantine, TanStack, openapi-fetch, uPlot', 'MIT', 'https://opensource.org/license/mit'],
  ['oidc-client-ts, pdf.js', 'Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0'],
  ['DOMPurify', 'MPL-2.0 / Apache-2.0', 'https://github.com/cure53/DOMPurify/blob/main/LICENSE'],
];

export function About() {
  const { config } = useSession();
  return (
    <Page title={t('About {name}', { name: config.productName })} width={760}>
      <Stack>
        <Panel>
          <Text size="sm">
            {config.productName} {config.version} · Apache-2.0
          </Text>
        </Panel>
        <Panel title={t('Parts by others')}>
          <div className="cw-table-scroll">
            <table className="cw-table">
              <caption className="cw-visually-hidden">{t('Parts by others')}</caption>
              <thead>
                <tr>
                  <th scope="col">{t('Part')}</th>
                  <th scope="col">{t('Licence')}</th>
                </tr>
              </thead>
              <tbody>
                {PARTS.map(([name, licence, url]) => (
                  <tr key={name}>
                    <th scope="row">{name}</th>
                    <td>
                      <Anchor href={url} target="_blank" rel="noreferrer" size="sm" underline="always">
                        {licence}
                      </Anchor>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
          <Text size="sm" c="dimmed" mt="md">
            {t('Diagrams and forms are drawn by bpmn.io. Their mark belongs to them and stays visible.')}
          </Text>
        </Panel>
      </Stack>
    </Page>
  );
}
