/** How work comes to people, in words. */
import type { Queue } from '../../api/schema';
import { t } from '../../i18n';

export type Strategy = NonNullable<Queue['settings']['strategy']>;

export const STRATEGIES = ['pull', 'round-robin', 'least-loaded'] as const satisfies readonly Strategy[];

export function strategyName(strategy: Strategy): string {
  switch (strategy) {
    case 'pull':
      return t('Members take their work');
    case 'round-robin':
      return t('Work goes to one after the other');
    case 'least-loaded':
      return t('Work goes to who has the least');
  }
}
