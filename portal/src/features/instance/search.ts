/** What of the page of an instance stands in its address: which element it is about, and which panel is open. Pure. */
export const PANEL_NAMES = [
  'variables',
  'activities',
  'tasks',
  'jobs',
  'external-tasks',
  'subscriptions',
  'incidents',
  'decisions',
  'calls',
] as const;
export type PanelName = (typeof PANEL_NAMES)[number];

export interface InstanceSearch {
  /** The element that all panels are about. */
  element?: string;
  panel?: PanelName;
}

export function instanceSearch(search: Record<string, unknown>): InstanceSearch {
  return {
    element: typeof search.element === 'string' && search.element !== '' ? search.element : undefined,
    panel: PANEL_NAMES.find((panel) => panel === search.panel),
  };
}
