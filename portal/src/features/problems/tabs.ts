/** The tabs of the page of problems; each has its own URL. */
export const PROBLEM_TABS = ['mailboxes', 'dead-letters'] as const;
export type ProblemTab = (typeof PROBLEM_TABS)[number];

export function isProblemTab(tab: string): tab is ProblemTab {
  return (PROBLEM_TABS as readonly string[]).includes(tab);
}
