/** What is deployed, where it hurts first: how much runs of each process, and how much of it stands still; nothing where nothing is deployed. */
import { Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { processDefinitionsQuery } from '../../../api/queries';
import { useCan } from '../../../app/permissions';
import { plural, t } from '../../../i18n';
import { fieldValue } from '../../../lib/format';
import { Tag } from '../../../ui/badges';
import { Panel } from '../../../ui/tabs';
import { More, SHOWN } from '../figures';
import { Row, Rows } from '../rows';

export function Processes() {
  const may = useCan()('process-instance:update');
  const deployed = useQuery({ ...processDefinitionsQuery(true), enabled: may }).data ?? [];
  if (deployed.length === 0) return null;
  const first = deployed
    .toSorted((a, b) => b.incidents - a.incidents || b.runningInstances - a.runningInstances)
    .slice(0, SHOWN);
  return (
    <Panel title={t('Processes')} padded={false} actions={<More to="/processes" total={deployed.length} />}>
      <Rows>
        {first.map((each) => (
          <Row key={each.id} gap="xs" data-testid="home-process">
            <div style={{ minWidth: 0, flex: '1 1 200px' }}>
              <Link to="/processes/$id" params={{ id: each.id }} className="cw-link">
                <Text size="sm" fw={600}>
                  {each.name ?? each.key}
                </Text>
              </Link>
              <Text size="xs" c="dimmed">
                {t('Version {version}', { version: each.version })} ·{' '}
                {t('{count} running', { count: fieldValue(each.runningInstances) })}
              </Text>
            </div>
            {each.incidents > 0 && (
              <Group gap="xs">
                <Tag tone="danger" icon="incident">
                  {plural('{count} incident', '{count} incidents', each.incidents)}
                </Tag>
              </Group>
            )}
          </Row>
        ))}
      </Rows>
    </Panel>
  );
}
