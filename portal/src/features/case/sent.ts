/** Sends a change unless there is no connection: then that is told, and the place that asked keeps what was typed. */
import { offline } from '../../api/client';
import { isOffline } from '../../api/connection';
import { t } from '../../i18n';
import { report } from '../../ui/toast';

export function sent(send: () => void): boolean {
  if (isOffline()) {
    report(offline(), t('Not saved'));
    return false;
  }
  send();
  return true;
}
