/** The parts of a task's page, as they stand in the URL. Pure. */
import type { Task } from '../../api/schema';

export const TASK_TABS = ['form', 'mail', 'documents', 'timeline', 'process', 'case'] as const;
export type TaskTab = (typeof TASK_TABS)[number];

/** What is known of the case and read while the form is filled in. */
export const EVIDENCE = ['mail', 'documents', 'timeline'] as const;
export type Evidence = (typeof EVIDENCE)[number];

export const isEvidence = (tab: TaskTab): tab is Evidence => EVIDENCE.some((each) => each === tab);

/** The tabs of a task. Where the evidence stands beside the form it needs none. */
export function tabsOf(task: Pick<Task, 'caseNumber' | 'processInstanceId'>, isWide: boolean): TaskTab[] {
  return TASK_TABS.filter((tab) => {
    if (tab === 'process') return task.processInstanceId != null;
    if (tab === 'case') return task.caseNumber !== null;
    return tab === 'form' || (task.caseNumber !== null && !isWide);
  });
}

/** What is open: the tab of the row, whether the form shows, and which evidence; null: none. */
export function shown(
  task: Pick<Task, 'caseNumber'>,
  tab: TaskTab,
  isWide: boolean,
): { tab: TaskTab; form: boolean; evidence: Evidence | null } {
  const asked = isEvidence(tab) && task.caseNumber !== null ? tab : null;
  const isForm = tab === 'form' || isEvidence(tab);
  if (!isWide)
    return { tab: isEvidence(tab) && asked === null ? 'form' : tab, form: isForm && asked === null, evidence: asked };
  if (!isForm) return { tab, form: false, evidence: null };
  return { tab: 'form', form: true, evidence: task.caseNumber === null ? null : (asked ?? 'mail') };
}
