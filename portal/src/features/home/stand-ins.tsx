/** Those in whose place one stands, with the way to their work. */
import { Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { standsInQuery } from '../../api/queries';
import { useCan } from '../../app/permissions';
import { plural, t } from '../../i18n';
import { dateTime } from '../../lib/format';
import { Panel } from '../../ui/tabs';
import { OPEN_KINDS } from '../cases/filters';
import { Row, Rows } from './rows';

export function StandIns() {
  const can = useCan();
  const people = useQuery({ ...standsInQuery, enabled: can('availability:read') }).data ?? [];
  if (people.length === 0) return null;
  return (
    <Panel title={t('You stand in')} padded={false}>
      <Rows>
        {people.map(({ person, until, load }) => (
          <Row key={person.id} gap="xs" data-testid="stand-in">
            <Text size="sm">{t('For {name} until {at}', { name: person.name, at: dateTime(until) })}</Text>
            <Group gap="sm">
              <Link to="/cases" search={{ assignee: person.id, statusKind: OPEN_KINDS }} className="cw-link">
                {plural('{count} open case', '{count} open cases', load)}
              </Link>
            </Group>
          </Row>
        ))}
      </Rows>
    </Panel>
  );
}
