/** Moving cards of the board. What is refused stays where it was, and the card says why. */
import { useCallback, useRef, useState } from 'react';
import { ApiError } from '../../api/client';
import type { Case } from '../../api/schema';
import { useCan } from '../../app/permissions';
import { t } from '../../i18n';
import { usePatchCase, type PatchRequest } from '../case/actions';
import { demandOf, type Demand } from '../case/demanded';
import type { BoardColumnOf } from './axes';
import type { Moves } from './board-column';

/** What a card says that was not moved. Pure. */
export function refusalOf(error: unknown, column: string): string {
  if (error instanceof ApiError && error.isConflict && error.code === 'version-mismatch')
    return t('Someone else changed it meanwhile. Look at it again and move it then.');
  const reasons = error instanceof ApiError ? error.errors.flatMap(({ detail }) => detail ?? []) : [];
  const why = reasons.length > 0 ? reasons.join(' · ') : error instanceof Error ? error.message : String(error);
  return t('Not moved to {column}: {why}', { column, why });
}

export function useMoves(columns: BoardColumnOf[]): { moves: Moves; demand: Demand | null; settle: () => void } {
  const may = useCan()('case:update');
  const [demand, setDemand] = useState<Demand | null>(null);
  const [refusals, setRefusals] = useState<Record<string, string>>({});
  const forget = (id: string) => setRefusals(({ [id]: _, ...others }) => others);
  const refuse = (id: string, why: string) => setRefusals((before) => ({ ...before, [id]: why }));
  const patch = usePatchCase(undefined, setDemand);
  // The case that the dialog has moved.
  const moved = useRef<string | null>(null);
  // What is dragged; a drop carries only its id, and the card may be in any column.
  const dragged = useRef<Case | null>(null);
  const drag = useCallback((item: Case) => {
    dragged.current = item;
  }, []);
  const move = (item: Case, column: BoardColumnOf) => {
    if (column.has(item)) return;
    moved.current = null;
    forget(item.id);
    const request: PatchRequest = {
      item,
      patch: column.patch,
      shown: column.shown,
      done: t('{number} moved to {stage}', { number: item.number, stage: column.name }),
      settled: () => {
        moved.current = item.id;
        forget(item.id);
      },
      quiet: true,
    };
    // Several cards may be on their way at once: each hears of itself.
    patch.mutateAsync(request).catch((error: unknown) => {
      // Fields that are missing are asked for in a dialog.
      if (demandOf(request, error) === null) refuse(item.id, refusalOf(error, column.name));
    });
  };
  const dropOn = (column: BoardColumnOf) => {
    if (dragged.current !== null) move(dragged.current, column);
    dragged.current = null;
  };
  // The dialog was closed: either the case has moved, or what it needs stays to be said.
  const settle = () => {
    if (demand !== null && moved.current !== demand.request.item.id) {
      const column = columns.find((each) => each.patch.stage === demand.request.patch.stage);
      const why = demand.errors.map(({ detail }) => detail).join(' · ');
      refuse(demand.request.item.id, t('Not moved to {column}: {why}', { column: column?.name ?? '', why }));
    }
    setDemand(null);
  };
  return {
    moves: { move: may ? move : null, drag, dropOn, refusals, dismiss: (item) => forget(item.id) },
    demand,
    settle,
  };
}
