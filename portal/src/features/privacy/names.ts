/** What erasures are called: their phases, and why something was kept. */
import type { Erasure, Kept } from '../../api/privacy';
import { t } from '../../i18n';

export function phaseName(phase: Erasure['phase']): string {
  return {
    requested: t('Waits for approval'),
    running: t('Being erased'),
    done: t('Erased'),
    refused: t('Refused'),
  }[phase];
}

export function keptName({ what, count }: Pick<Kept, 'what' | 'count'>): string {
  const name = {
    case: t('Case'),
    mail: t('Mails'),
    file: t('Files'),
    record: t('Records'),
    'log-entries': t('Earlier log entries'),
  }[what];
  return count > 1 ? `${name} (${count})` : name;
}

export function keptBecause(because: Kept['because']): string {
  return {
    'on-hold': t('a legal hold stands'),
    open: t('the case is open'),
    'other-case': t('it belongs to the case of somebody else'),
    shared: t('something else has it, too'),
    'other-disposal': t('another erasure deletes it'),
    'by-hand': t('people have to delete it'),
  }[because];
}
