/** The parts of a case, in their order; the addresses, the row of tabs and the page all take them from here. */
import type { Case } from '../../api/schema';
import { t } from '../../i18n';

interface Tab {
  label: () => string;
  /** What is shown beside the label when it is more than none. */
  count?: (item: Case) => number;
}

export const CASE_TABS = {
  overview: { label: () => t('Overview') },
  tasks: { label: () => t('Tasks'), count: (item) => item.openTaskCount },
  mail: { label: () => t('Mail'), count: (item) => item.unreadMailCount },
  documents: { label: () => t('Documents') },
  process: { label: () => t('Process') },
  fields: { label: () => t('Data') },
} satisfies Record<string, Tab>;

export type CaseTab = keyof typeof CASE_TABS;

export function isCaseTab(text: string): text is CaseTab {
  return Object.hasOwn(CASE_TABS, text);
}

export function caseTabs(): [CaseTab, Tab][] {
  return Object.entries(CASE_TABS) as [CaseTab, Tab][];
}
