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
  /** Some names are still being asked for. */
  isPending: boolean;
}

export function useEntryNames(item: Case): EntryNames {
  const people = useQuery(usersQuery(''));
  const rooms = useQuery(queuesQuery);
  const kinds = useQuery(definitionsQuery);
  const models = useQuery(processDefinitionsQuery(true));
  const definition = kinds.data?.find((each) => each.key === item.definition);
  const fields = fieldsOf(definition);
  return {
    person: (id) => people.data?.find((user) => user.id === id)?.name ?? words(id),
    queue: (id) => rooms.data?.find((queue) => queue.id === id)?.name ?? words(id),
    field: fields.label,
    value: fields.text,
    isPending: [people, rooms, kinds, models].some((query) => query.isPending),
    process: (key) => models.data?.find((process) => process.key === key)?.name ?? key,
  };
}
