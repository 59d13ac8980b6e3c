/** What a case is about: its data, its people, what it promises and what it belongs to. */
import { Button, Stack } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Case, CaseDefinition } from '../../api/schema';
import { useCan } from '../../app/permissions';
import { t } from '../../i18n';
import { personName, PersonTag, TimeAgo } from '../../ui/badges';
import { later } from '../../ui/later';
import { Panel } from '../../ui/tabs';
import type { Conflict } from './actions';
import { FieldFacts } from './field-facts';

// What stands below comes behind the data.
const CaseLinks = later(async () => (await import('./links')).CaseLinks);
const CaseParties = later(async () => (await import('./parties')).CaseParties);
const Playbook = later(async () => (await import('./work/playbook')).Playbook);
const Promises = later(async () => (await import('../sla/promises')).Promises);
const StartProcess = later(async () => (await import('./processes')).StartProcess);

interface Props {
  item: Case;
  definition: CaseDefinition | undefined;
  onConflict: (conflict: Conflict) => void;
}

export function KeyData({ item, definition, onConflict }: Props) {
  const may = useCan()('case:update');
  return (
    <Stack gap="md" component="aside" aria-label={t('Key data')}>
      <Panel
        title={t('Data')}
        actions={
          may && (
            <Button
              component={Link}
              to="/cases/$ref/$tab"
              params={{ ref: item.number, tab: 'fields' } as never}
              variant="subtle"
              size="compact-xs"
            >
              {t('Edit all')}
            </Button>
          )
        }
      >
        <FieldFacts item={item} definition={definition} may={may} onConflict={onConflict} />
      </Panel>
      <Panel title={t('People')}>
        <dl className="cw-facts">
          <Row label={t('Requester')}>
            {item.requester === null ? (
              '–'
            ) : (
              <>
                {item.requester.name ?? item.requester.email}
                {item.requester.name != null && item.requester.email != null && (
                  <div style={{ color: 'var(--mantine-color-dimmed)' }}>{item.requester.email}</div>
                )}
              </>
            )}
          </Row>
          <Row label={t('Assignee')}>
            <PersonTag person={item.assignee} />
          </Row>
          <Row label={t('Created by')}>{personName(item.createdBy)}</Row>
          <Row label={t('Created')}>
            <TimeAgo at={item.createdAt} />
          </Row>
          <Row label={t('Updated')}>
            <TimeAgo at={item.updatedAt} />
          </Row>
          {item.closedAt !== null && (
            <Row label={t('Closed')}>
              <TimeAgo at={item.closedAt} />
            </Row>
          )}
        </dl>
      </Panel>
      <CaseParties item={item} />
      <Playbook item={item} />
      <Promises slas={item.slas} />
      <CaseLinks item={item} />
      <StartProcess item={item} definition={definition} answers />
    </Stack>
  );
}

function Row({ label, children }: { label: string; children: React.ReactNode }) {
  return (
    <>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </>
  );
}
