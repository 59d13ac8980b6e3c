/** One way to change something of an instance: what was done is said, what was refused too, and the page is fetched again either way. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { report, told } from '../../ui/toast';

interface Change {
  run: () => Promise<unknown>;
  /** What is said when it is done. */
  done: string;
  /** What is said to have not happened. */
  failed: string;
  /** Which of the controls of a list it was: that one turns. */
  of?: string;
}
const TOUCHED = ['instance', 'instances', 'incidents', 'process-definitions', 'tasks', 'case'];

export function useChange({ quiet = false }: { quiet?: boolean } = {}) {
  const queries = useQueryClient();
  const change = useMutation({
    mutationFn: ({ run }: Change) => run(),
    onSuccess: (_, { done }) => told(done),
    onError: (error, { failed }) => {
      // A dialog says itself what was refused, where it was entered.
      if (!quiet) report(error, failed);
    },
    onSettled: () => Promise.all(TOUCHED.map((key) => queries.invalidateQueries({ queryKey: [key] }))),
  });
  const isBusy = (of: string) => change.isPending && change.variables.of === of;
  return { ...change, isBusy };
}
