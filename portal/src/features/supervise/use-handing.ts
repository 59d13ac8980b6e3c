/** Giving a case or a task to somebody else. Each states what it saw, so that nobody's own choice is overwritten. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, etag, take } from '../../api/client';
import type { Case, Task } from '../../api/schema';
import { t } from '../../i18n';
import { report, told } from '../../ui/toast';

export type Piece = { kind: 'case'; item: Case } | { kind: 'task'; item: Task };
export interface Handing {
  piece: Piece;
  /** Null: nobody has it any more. */
  to: { id: string; name: string } | null;
}

export function useHanding() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async ({ piece, to }: Handing): Promise<void> => {
      const assignee = to?.id ?? null;
      const params = { path: { id: piece.item.id } };
      const headers = { 'If-Match': etag(piece.item.version) };
      await (piece.kind === 'case'
        ? take(api.PATCH('/api/v1/cases/{id}', { params, headers, body: { assignee } }))
        : take(api.POST('/api/v1/tasks/{id}/assign', { params, headers, body: { assignee } })));
    },
    onSuccess: (_done, { piece, to }) => {
      const what = piece.kind === 'case' ? piece.item.number : piece.item.name;
      told(
        to === null
          ? t('{what} is with nobody now', { what })
          : t('{what} is with {name} now', { what, name: to.name }),
      );
    },
    onError: (error) => report(error, t('It stays where it was')),
    onSettled: () =>
      Promise.all(
        ['statistics', 'cases', 'case', 'tasks'].map((key) => queries.invalidateQueries({ queryKey: [key] })),
      ),
  });
}
