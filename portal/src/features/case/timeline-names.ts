/** Names for the ids in the entries of one case. */
import { useQuery } from '@tanstack/react-query';
import { definitionsQuery, processDefinitionsQuery, queuesQuery, usersQuery } from '../../api/queries';
import type { Case } from '../../api/schema';
import { words } from '../../lib/format';
import { fieldsOf } from '../fields/field';
import type { Names } from './sentence';

export interface EntryNames extends Names {
  /** A value of the field with this key. */
  value(key: string, value: unknown): string;
}

export function useEntryNames(item: Case): EntryNames {
  const users = useQuery(usersQuery('')).data;
  const queues = useQuery(queuesQuery).data;
  const definition = useQuery(definitionsQuery).data?.find((each) => each.key === item.definition);
  const processes = useQuery(processDefinitionsQuery(true)).data;
  const fields = fieldsOf(definition);
  return {
    person: (id) => users?.find((user) => user.id === id)?.name ?? words(id),
    queue: (id) => queues?.find((queue) => queue.id === id)?.name ?? words(id),
    field: fields.label,
    value: fields.text,
    process: (key) => processes?.find((process) => process.key === key)?.name ?? key,
  };
}
