/** Which rows of the list are chosen: some of those that are loaded, or everything that the list has. */
import { useCallback, useMemo, useState } from 'react';
import { contentOf } from '../saved-views/saved-view';
import type { CaseFilters } from '../filters';
import type { BatchRequest } from '../../../api/schema';

export interface Chosen {
  ids: ReadonlySet<string>;
  /** All cases of the list, also those that are not loaded. */
  everything: boolean;
}
const NOTHING: Chosen = { ids: new Set(), everything: false };

/** A row is chosen or not; with the shift key all rows from the one that was chosen last are as this one becomes. */
export function chosenAfter(chosen: Chosen, order: readonly string[], id: string, from: string | null): Chosen {
  const on = !chosen.ids.has(id);
  const [a, b] = [order.indexOf(from ?? id), order.indexOf(id)];
  const range = a < 0 || b < 0 ? [id] : order.slice(Math.min(a, b), Math.max(a, b) + 1);
  const ids = new Set(chosen.ids);
  for (const each of range) {
    if (on) ids.add(each);
    else ids.delete(each);
  }
  return { ids, everything: false };
}

/** What a batch is asked for: the ids, or the filters where everything is meant. */
export function meant(chosen: Chosen, filters: CaseFilters): Pick<BatchRequest, 'cases' | 'filters'> {
  if (!chosen.everything) return { cases: [...chosen.ids] };
  const { sort: _, ...narrowing } = contentOf(filters).filters ?? {};
  return { filters: narrowing };
}

export function useSelection(order: readonly string[]) {
  const [chosen, setChosen] = useState<Chosen>(NOTHING);
  const [last, setLast] = useState<string | null>(null);
  // Rows that are no longer in the list are no longer chosen.
  const ids = useMemo(() => new Set(order.filter((id) => chosen.ids.has(id))), [order, chosen]);
  const toggle = useCallback(
    (id: string, range: boolean) => {
      setChosen((now) => chosenAfter(now, order, id, range ? last : null));
      setLast(id);
    },
    [order, last],
  );
  return {
    chosen: { ids, everything: chosen.everything },
    toggle,
    toggleLoaded: () => setChosen(ids.size === order.length ? NOTHING : { ids: new Set(order), everything: false }),
    chooseEverything: () => setChosen({ ids: new Set(order), everything: true }),
    clear: () => setChosen(NOTHING),
  };
}
