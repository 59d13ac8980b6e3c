/** An instance at the other end of a call, and how it is. */
import { Group } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { CalledInstance } from '../../api/schema';
import { words } from '../../lib/format';
import { InstanceState } from '../processes/instance-state';

export function CallLink({ call }: { call: CalledInstance }) {
  return (
    <Group gap="xs">
      <Link to="/instances/$id" params={{ id: call.id }} className="cw-link">
        {call.definitionName ?? words(call.definitionKey)}
      </Link>
      <InstanceState state={call.state} />
    </Group>
  );
}
