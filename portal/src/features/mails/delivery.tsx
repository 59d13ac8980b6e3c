/** Whether a mail of ours arrived, as far as the other side said. */
import { Tooltip } from '@mantine/core';
import type { Mail } from '../../api/schema';
import { t } from '../../i18n';
import type { Tone } from '../../lib/sla';
import { Tag } from '../../ui/badges';
import type { IconName } from '../../ui/icons';

export function deliveryLook(state: string): [string, Tone, IconName] {
  switch (state) {
    case 'scheduled':
      return [t('Scheduled'), 'info', 'clock'];
    case 'queued':
      return [t('Queued'), 'neutral', 'clock'];
    case 'sent':
    case 'delivered':
      return [t('Sent'), 'success', 'check'];
    case 'failed':
      return [t('Not delivered'), 'danger', 'incident'];
    case 'bounced':
      return [t('Bounced'), 'danger', 'undo'];
    case 'suppressed':
      return [t('Not sent'), 'neutral', 'close'];
    default:
      return [state, 'neutral', 'mail'];
  }
}

/** The worst of the deliveries counts: one bounced recipient is a problem although the others got it. */
export function worstDelivery(mail: Pick<Mail, 'state' | 'deliveries'>): { state: string; answer: string | null } {
  const order = ['bounced', 'failed', 'queued', 'suppressed', 'sent', 'delivered'];
  const sorted = [...mail.deliveries].sort((a, b) => order.indexOf(a.state) - order.indexOf(b.state));
  return { state: sorted[0]?.state ?? mail.state, answer: sorted[0]?.answer ?? null };
}

export function DeliveryTag({ mail }: { mail: Mail }) {
  const { state, answer } = worstDelivery(mail);
  const [label, tone, icon] = deliveryLook(state);
  const tag = (
    <span data-testid="mail-delivery" data-state={state}>
      <Tag tone={tone} icon={icon}>
        {label}
      </Tag>
    </span>
  );
  return answer === null ? (
    tag
  ) : (
    <Tooltip label={answer} multiline maw={360}>
      {tag}
    </Tooltip>
  );
}
