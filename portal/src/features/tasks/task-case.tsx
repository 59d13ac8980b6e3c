/** The case of a task, short: enough to decide without leaving the task. */
import { Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { caseQuery, definitionsQuery } from '../../api/queries';
import { SlaClock, StatusTag } from '../../ui/badges';
import { Loaded } from '../../ui/states';
import { Panel } from '../../ui/tabs';
import { Stages } from '../case/stages';
import { Timeline } from '../case/timeline';
import { fieldsOf } from '../fields/field';

export function TaskCase({ reference }: { reference: string }) {
  const query = useQuery(caseQuery(reference));
  const definition = useQuery(definitionsQuery).data?.find((each) => each.key === query.data?.definition);
  const fields = fieldsOf(definition);
  return (
    <Loaded query={query}>
      {(item) => (
        <Stack>
          <Panel>
            <Stack>
              <Group gap="xs">
                <Link to="/cases/$ref/$tab" params={{ ref: item.number, tab: 'overview' }} className="cw-link">
                  <Text fw={650}>
                    {item.number} {item.title}
                  </Text>
                </Link>
                <StatusTag item={item} />
                {item.slas.map((sla) => (
                  <SlaClock key={sla.id} sla={sla} named />
                ))}
              </Group>
              {definition !== undefined && <Stages item={item} definition={definition} />}
              <dl className="cw-facts">
                {Object.entries(item.fields).map(([key, value]) => [
                  <dt key={key}>{fields.label(key)}</dt>,
                  <dd key={`${key}-value`}>{fields.text(key, value)}</dd>,
                ])}
              </dl>
            </Stack>
          </Panel>
          <Timeline item={item} />
        </Stack>
      )}
    </Loaded>
  );
}
