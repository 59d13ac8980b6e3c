/** The state of a process instance as a word. */
import { t } from '../../i18n';
import { words } from '../../lib/format';
import type { Tone } from '../../lib/sla';
import { Tag } from '../../ui/badges';

export function InstanceState({ state }: { state: string }) {
  const looks: Record<string, [string, Tone]> = {
    ACTIVE: [t('Running'), 'accent'],
    STARTING: [t('Starting'), 'neutral'],
    COMPLETED: [t('Completed'), 'success'],
    SUSPENDED: [t('Suspended'), 'warning'],
    EXTERNALLY_TERMINATED: [t('Cancelled'), 'neutral'],
    INTERNALLY_TERMINATED: [t('Terminated'), 'neutral'],
    TERMINATED: [t('Terminated'), 'neutral'],
  };
  const [label, tone] = looks[state.toUpperCase()] ?? [words(state), 'neutral' as Tone];
  return <Tag tone={tone}>{label}</Tag>;
}
