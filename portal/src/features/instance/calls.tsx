/** The instances that this one called, and the one that called it. */
import { Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { instanceQuery } from '../../api/queries';
import { t } from '../../i18n';
import { Loaded } from '../../ui/states';
import { CallLink } from './call-link';
import { ElementCell, type PanelProps } from './list';
import { callsOf } from './panels';

export function Calls({ instance, element, nameOf, select }: PanelProps) {
  const query = useQuery(instanceQuery(instance));
  return (
    <Loaded query={query} rows={2}>
      {(data) => {
        const calls = callsOf(data, element);
        const caller = element === null ? data.callingInstance : null;
        return calls.length === 0 && caller === null ? (
          <Text p="md" size="sm" c="dimmed" data-testid="panel-empty">
            {t('It calls no process, and none called it.')}{' '}
            {element !== null && t('Only what is at the chosen element is shown.')}
          </Text>
        ) : (
          <Stack p="md" gap="xs">
            {caller !== null && (
              <Group gap="sm" data-testid="calling-instance">
                <Text size="sm" c="dimmed">
                  {t('Called by')}
                </Text>
                <CallLink call={caller} />
              </Group>
            )}
            {calls.map((call) => (
              <Group key={call.id} gap="sm" data-testid="called-instance">
                <ElementCell element={call.elementId} nameOf={nameOf} select={select} />
                <Text size="sm" c="dimmed">
                  {t('calls')}
                </Text>
                <CallLink call={call} />
              </Group>
            ))}
          </Stack>
        );
      }}
    </Loaded>
  );
}
