/** When an instance began, by whom, and what became of it. */
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { ProcessInstance } from '../../api/schema';
import { t } from '../../i18n';
import { PersonName, TimeAgo } from '../../ui/badges';
import { CallLink } from './call-link';

export function InstanceFacts({ instance }: { instance: ProcessInstance }) {
  const { startedAt, startedBy, endedAt, businessKey, cancelReason, callingInstance, restartedFrom } = instance;
  return (
    <section className="cw-panel cw-instance-facts" aria-label={t('Run')}>
      <dl>
        <Fact name={t('Started')}>
          <TimeAgo at={startedAt} />
        </Fact>
        {startedBy !== null && (
          <Fact name={t('Started by')}>
            <PersonName id={startedBy} />
          </Fact>
        )}
        {endedAt !== null && (
          <Fact name={t('Ended')}>
            <TimeAgo at={endedAt} />
          </Fact>
        )}
        <Fact name={t('Business key')}>{businessKey ?? '–'}</Fact>
        {cancelReason !== null && <Fact name={t('Cancelled because')}>{cancelReason}</Fact>}
        {callingInstance !== null && (
          <Fact name={t('Called by')}>
            <CallLink call={callingInstance} />
          </Fact>
        )}
        {restartedFrom !== null && (
          <Fact name={t('Started again from')}>
            <Link to="/instances/$id" params={{ id: restartedFrom }} className="cw-link">
              {t('an ended instance')}
            </Link>
          </Fact>
        )}
      </dl>
    </section>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
