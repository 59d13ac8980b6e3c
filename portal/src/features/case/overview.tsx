/** What happened, newest first, with the comment box on top and the key data beside it. */
import { Button, Stack } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Case, CaseDefinition } from '../../api/schema';
import { useCan } from '../../app/permissions';
import { t } from '../../i18n';
import { personName, PersonTag, TimeAgo } from '../../ui/badges';
import { Panel } from '../../ui/tabs';
import { fieldsOf } from '../fields/field';
import { CaseLinks } from './links';
import { CommentBox } from './comment-box';
import { StartProcess } from './processes';
import { Timeline } from './timeline';

export function Overview({ item, definition }: { item: Case; definition: CaseDefinition | undefined }) {
  const can = useCan();
  const may = can('case:update');
  const named = fieldsOf(definition);
  const known = definition?.fields.map((field) => field.key) ?? [];
  const shown = [
    ...known.filter((key) => item.fields[key] !== undefined && item.fields[key] !== null),
    ...(definition === undefined ? [] : Object.keys(item.fields).filter((key) => !known.includes(key))),
  ];
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
          {shown.length === 0 ? (
            t('No data yet')
          ) : (
            <dl className="cw-facts">
              {shown.map((key) => (
                <Row key={key} label={named.label(key)}>
                  {named.text(key, item.fields[key])}
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
        <CaseLinks item={item} />
        <StartProcess item={item} definition={definition} answers />
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
