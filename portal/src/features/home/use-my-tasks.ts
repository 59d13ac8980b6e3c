/** The first of the tasks that the first page counts, with the number of all: the list that a number leads to asks for the same. */
import { countedTasksQuery } from '../../api/queries';
import { useNow } from '../../ui/badges';
import { COUNTED_TASKS, taskQueryOf } from '../tasks/filters';

export function useMyTasks(which: keyof typeof COUNTED_TASKS, limit: number) {
  return countedTasksQuery(taskQueryOf(COUNTED_TASKS[which], new Date(useNow())), limit);
}
