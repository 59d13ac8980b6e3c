/** What was promised of a case, by name: the goal, the deadline, the working time that is left, and what a clock waits for. */
import { Stack, Text } from '@mantine/core';
import type { Sla } from '../../api/schema';
import { t } from '../../i18n';
import { dateTime } from '../../lib/format';
import { pausedWhy } from '../../lib/sla';
import { SlaClock } from '../../ui/badges';
import { Panel } from '../../ui/tabs';

export function Promises({ slas }: { slas: Sla[] }) {
  if (slas.length === 0) return null;
  return (
    <Panel title={t('Promises')}>
      <Stack component="ul" gap="sm" p={0} m={0} style={{ listStyle: 'none' }} data-testid="promises">
        {slas.map((sla) => (
          <li key={sla.id}>
            <Text size="sm" fw={600}>
              {sla.name}
            </Text>
            <SlaClock sla={sla} />
            {details(sla).map((detail) => (
              <Text key={detail} size="xs" c="dimmed">
                {detail}
              </Text>
            ))}
          </li>
        ))}
      </Stack>
    </Panel>
  );
}

function details(sla: Sla): string[] {
  const why = pausedWhy(sla);
  return [
    ...(sla.goalAt == null ? [] : [t('Goal: {at}', { at: dateTime(sla.goalAt) })]),
    ...(sla.dueAt == null ? [] : [t('Deadline: {at}', { at: dateTime(sla.dueAt) })]),
    ...(why === null ? [] : [t('Paused: {why}', { why })]),
    ...(sla.escalated > 0 ? [t('Escalated at {percent} %', { percent: sla.escalated })] : []),
  ];
}
