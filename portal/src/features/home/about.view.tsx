/** `/about`: version and the licences that ask to be shown. */
import { Anchor, Stack, Text } from '@mantine/core';
import { useSession } from '../../app/session';
import { t } from '../../i18n';
import { Page } from '../../ui/page';
import { Panel } from '../../ui/tabs';
import { PARTS } from './parts';

/** Where the text of a licence stands; one that is here under several is under the first. */
const TEXTS: Record<string, string> = {
  'bpmn.io licence': 'https://bpmn.io/license/',
  MIT: 'https://opensource.org/license/mit',
  ISC: 'https://opensource.org/license/isc-license-txt',
  'Apache-2.0': 'https://www.apache.org/licenses/LICENSE-2.0',
  '(MPL-2.0 OR Apache-2.0)': 'https://github.com/cure53/DOMPurify/blob/main/LICENSE',
};

/** The parts by licence, the one with most of them first. */
function byLicence(): [licence: string, names: string[]][] {
  const groups = new Map<string, string[]>();
  for (const [name, licence] of PARTS) groups.set(licence, [...(groups.get(licence) ?? []), name]);
  return [...groups].sort(([, one], [, other]) => other.length - one.length);
}

const spdx = (licence: string) =>
  `https://spdx.org/licenses/${encodeURIComponent(licence.replace(/^\(| .*$/g, ''))}.html`;

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
          <table className="cw-table cw-table-words">
            <caption className="cw-visually-hidden">{t('Parts by others')}</caption>
            <thead>
              <tr>
                <th scope="col">{t('Licence')}</th>
                <th scope="col">{t('Part')}</th>
              </tr>
            </thead>
            <tbody>
              {byLicence().map(([licence, names]) => (
                <tr key={licence}>
                  <th scope="row">
                    <Anchor
                      href={TEXTS[licence] ?? spdx(licence)}
                      target="_blank"
                      rel="noreferrer"
                      size="sm"
                      underline="always"
                    >
                      {licence}
                    </Anchor>
                  </th>
                  <td>{names.join(', ')}</td>
                </tr>
              ))}
            </tbody>
          </table>
          <Text size="sm" c="dimmed" mt="md">
            {t('Diagrams and forms are drawn by bpmn.io. Their mark belongs to them and stays visible.')}
          </Text>
        </Panel>
      </Stack>
    </Page>
  );
}
