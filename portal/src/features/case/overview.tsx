/** What happened, newest first, with the comment box on top and the key data beside it. */
import { Button, Stack } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Case, CaseDefinition } from '../../api/schema';
import { useCan } from '../../app/permissions';
import { t } from '../../i18n';
import { fieldValue, words } from '../../lib/format';
import { personName, PersonTag, TimeAgo } from '../../ui/badges';
import { Panel } from '../../ui/tabs';
import type { Conflict } from './actions';
import { CommentBox } from './comment-box';
import { StartProcess } from './processes';
import { Timeline } from './timeline';

export function Overview({
  item,
  definition,
}: {
  item: Case;
  definition: CaseDefinition | undefined;
  onConflict: (conflict: Conflict) => void;
}) {
  const can = useCan();
  const may = can('case:update');
  const known =
    definition?.fields.filter((field) => item.fields[field.key] !== undefined && item.fields[field.key] !== null) ?? [];
  const others = Object.keys(item.fields).filter(
    (key) => definition?.fields.every((field) => field.key !== key) === true,
  );
  return (
    <div className="cw-split">
      <Stack gap="md">
        {can('case:comment') && <CommentBox key={item.id} item={item} />}
        <Timeline item={item} />
      </Stack>
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
                {t('Edit')}
              </Button>
            )
          }
        >
          {known.length + others.length === 0 ? (
            t('No data yet')
          ) : (
            <dl className="cw-facts">
              {known.map((field) => (
                <Row key={field.key} label={field.label}>
                  {fieldValue(item.fields[field.key])}
                </Row>
              ))}
              {others.map((key) => (
                <Row key={key} label={words(key)}>
                  {fieldValue(item.fields[key])}
                </Row>
              ))}
            </dl>
          )}
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
        <StartProcess item={item} definition={definition} />
      </Stack>
    </div>
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
