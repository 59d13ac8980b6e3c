/** The view that a person's list begins with: only where the address says nothing of its own. */
import { useQuery } from '@tanstack/react-query';
import { savedViewsQuery, viewChoicesQuery } from '../../../api/queries';
import { useCan } from '../../../app/permissions';
import type { CaseFilters } from '../filters';
import { searchOf } from './saved-view';

export function useDefaultView(filters: CaseFilters): CaseFilters | null {
  const asks = useCan()('saved-view:read') && Object.keys(filters).length === 0;
  const first = useQuery({ ...viewChoicesQuery, enabled: asks }).data?.default ?? null;
  const views = useQuery({ ...savedViewsQuery, enabled: asks && first !== null }).data;
  const view = asks ? views?.find((each) => each.id === first) : undefined;
  return view === undefined ? null : searchOf(view);
}
