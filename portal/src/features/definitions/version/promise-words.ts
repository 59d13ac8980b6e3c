/** What a promise is about, and by what its clock begins, ends and pauses, in words. Pure. */
import type { CaseDefinition, SlaPolicy } from '../../../api/schema';
import { locale, t } from '../../../i18n';
import { words } from '../../../lib/format';
import { durationText } from '../../fields/duration';

type Names = Pick<CaseDefinition, 'stages' | 'statuses' | 'processes'>;

const named = (all: readonly { id: string; name: string }[], id: string): string =>
  all.find((each) => each.id === id)?.name ?? id;

export function scopeWords(scope: SlaPolicy['scope'], of: Names): string {
  if (scope === undefined || scope === 'case') return t('The case');
  if ('stage' in scope) return t('Stage “{name}”', { name: named(of.stages, scope.stage) });
  if ('process' in scope) {
    const name = of.processes?.find(({ key }) => key === scope.process)?.name ?? scope.process;
    return t('Process “{name}”', { name });
  }
  return t('Task “{name}”', { name: words(scope.task) });
}

const HAPPENS: Record<string, () => string> = {
  created: () => t('Start of the case'),
  'first-reply': () => t('First reply of a person'),
  'any-reply': () => t('Any reply'),
  assigned: () => t('Its assignment'),
  closed: () => t('End of the case'),
};

/** What is about something else than the case begins, and ends, with that. */
export function triggerWords(trigger: string | undefined, of: Names): string {
  if (trigger === undefined || trigger === '') return '–';
  if (trigger.startsWith('stage:'))
    return t('Beginning of stage “{name}”', { name: named(of.stages, trigger.slice(6)) });
  if (trigger.startsWith('status:'))
    return t('Beginning of status “{name}”', { name: named(of.statuses, trigger.slice(7)) });
  return HAPPENS[trigger]?.() ?? words(trigger);
}

export function pauseWords(where: string, of: Names): string {
  if (where.startsWith('stage:')) return t('Stage “{name}”', { name: named(of.stages, where.slice(6)) });
  if (where.startsWith('reason:')) return t('Reason “{name}”', { name: where.slice(7) });
  return t('Status “{name}”', { name: named(of.statuses, where.replace(/^status:/, '')) });
}

export const timeWords = (duration: string | null | undefined): string =>
  duration == null ? '–' : (durationText(duration, locale()) ?? duration);
