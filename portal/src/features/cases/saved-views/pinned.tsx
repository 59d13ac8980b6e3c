/** The views that a person has pinned, under the list of cases in the navigation, each with the number of cases in it. */
import { NavLink } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useRouterState } from '@tanstack/react-router';
import { pinnedViewsQuery } from '../../../api/queries';
import { fieldValue } from '../../../lib/format';
import { searchOf } from './saved-view';

export function PinnedViews({ path }: { path: string }) {
  const views = useQuery(pinnedViewsQuery).data ?? [];
  const open = useRouterState({ select: (state) => (state.location.search as { view?: string }).view });
  return views.map((view) => {
    const active = path === '/cases' && open === view.id;
    return (
      <NavLink
        key={view.id}
        renderRoot={(props) => <Link {...props} to="/cases" search={searchOf(view)} />}
        label={view.name}
        active={active}
        aria-current={active ? 'page' : undefined}
        className="cw-navlink"
        pl={38}
        rightSection={view.count === null ? undefined : <span className="cw-num">{fieldValue(view.count)}</span>}
        data-testid="pinned-view"
      />
    );
  });
}
