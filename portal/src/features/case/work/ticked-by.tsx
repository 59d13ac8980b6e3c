/** Who ticked something, and when. */
import type { Tick } from '../../../api/schema';
import { t } from '../../../i18n';
import { dateTime } from '../../../lib/format';
import { personName } from '../../../ui/badges';

export function TickedBy({ tick }: { tick: Tick | null | undefined }) {
  return tick == null ? null : <>{t('{name}, {at}', { name: personName(tick.by), at: dateTime(tick.at) })}</>;
}
