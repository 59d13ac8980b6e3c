/** The strip that answers what a worker asks first: stage, status, who, until when, and what comes next. */
import { Group, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import type { Case, CaseDefinition, Person } from '../../api/schema';
import { useCan } from '../../app/permissions';
import { t } from '../../i18n';
import { SlaClock, StatusTag, Tag } from '../../ui/badges';
import { usePatchCase, type Conflict, type PatchRequest } from './actions';
import type { Demand } from './demanded';
import { sent } from './sent';
import { Choice } from './choice';
import type { Status } from './close-dialog';
import { NextAction } from './next-action';
import { useCaseActions } from './case-actions';
import { AssigneePicker } from './properties/assignee';
import { PriorityProperty } from './properties/priority';
import type { Editor } from './properties/property';
import { QueuePicker } from './properties/queue';
import { Stages } from './stages';
import { later } from '../../ui/later';

const DueProperty = later(async () => (await import('./properties/due')).DueProperty);

const LabelsProperty = later(async () => (await import('./properties/labels')).LabelsProperty);

const RequesterProperty = later(async () => (await import('./properties/requester')).RequesterProperty);

const PresenceRow = later(async () => (await import('./presence')).PresenceRow);

const ReopenDialog = later(async () => (await import('./reopen-dialog')).ReopenDialog);

const CloseDialog = later(async () => (await import('./close-dialog')).CloseDialog);

interface Props {
  item: Case;
  definition: CaseDefinition | undefined;
  onConflict: (conflict: Conflict) => void;
  onDemand: (demand: Demand) => void;
}

export function CaseHeader({ item, definition, onConflict, onDemand }: Props) {
  const patch = usePatchCase(onConflict, onDemand);
  const may = useCan()('case:update');
  const [open, setOpen] = useState<Editor | null>(null);
  const [asked, setAsked] = useState<Status | null>(null);
  const property = {
    item,
    may,
    open,
    setOpen,
    change: (request: Omit<PatchRequest, 'item'>) => sent(() => patch.mutate({ item, ...request })),
  };
  // Closing and opening again are asked about; everything between is one click.
  const chooseStatus = (status: Status) => {
    if (status.kind === 'closed' || item.statusKind === 'closed') return setAsked(status);
    patch.mutate({
      item,
      patch: { status: status.id },
      shown: { statusName: status.name, statusKind: status.kind, status: status.id },
      done: t('Status is now {status}', { status: status.name }),
    });
  };
  const assign = (person: Person | null) =>
    patch.mutate({ item, patch: { assignee: person?.id ?? null }, shown: { assignee: person } });
  useCaseActions({ item, definition, open: setOpen, chooseStatus, assign });
  const editor = (which: Editor) => ({
    open: open === which,
    setOpen: (opened: boolean) => setOpen(opened ? which : null),
  });
  const clocks =
    item.statusKind === 'closed' ? item.slas.filter((sla) => ['met', 'missed'].includes(sla.state)) : item.slas;
  return (
    <div className="cw-panel">
      <Stack p="md" gap="md">
        <Group gap="xs">
          <Tag tone="neutral">{item.number}</Tag>
          <Text size="sm" c="dimmed">
            {item.definitionName}
          </Text>
          <StatusTag item={item} />
          {clocks.map((sla) => (
            <SlaClock key={sla.id} sla={sla} named />
          ))}
          <PresenceRow caseId={item.id} />
        </Group>
        {definition !== undefined && <Stages item={item} definition={definition} />}
        {item.statusKind === 'closed' && (item.resolution != null || item.closeReason != null) && (
          <Text size="sm" data-testid="close-reason">
            {t('Closed: {reason}', {
              reason: [item.resolution?.name, item.closeReason].filter((each) => each != null).join(' · '),
            })}
          </Text>
        )}
        {/* Below each other: beside each other what comes last would push all the rest down. */}
        <Stack gap="sm">
          <Group gap="lg" align="flex-start">
            <AssigneePicker item={item} may={may} {...editor('assignee')} assign={assign} />
            <QueuePicker
              item={item}
              definition={definition}
              may={may}
              move={(queue) => patch.mutate({ item, patch: { queue } })}
            />
            <PriorityProperty {...property} />
            <DueProperty {...property} />
            <LabelsProperty {...property} />
            <RequesterProperty {...property} />
          </Group>
          <Group gap="xs">
            {may && definition !== undefined && (
              <Choice
                label={t('Status')}
                value={item.statusName}
                icon="check"
                options={definition.statuses}
                current={item.status}
                choose={chooseStatus}
                {...editor('status')}
              />
            )}
            {may && definition !== undefined && (
              <Choice
                label={t('Stage')}
                value={item.stageName}
                icon="stage"
                options={definition.stages}
                current={item.stage}
                {...editor('stage')}
                choose={(stage) =>
                  patch.mutate({
                    item,
                    patch: { stage: stage.id },
                    shown: { stageName: stage.name },
                    done: t('{number} moved to {stage}', { number: item.number, stage: stage.name }),
                  })
                }
              />
            )}
            {item.statusKind !== 'closed' && <NextAction item={item} />}
          </Group>
        </Stack>
      </Stack>
      {asked !== null &&
        (asked.kind === 'closed' ? (
          <CloseDialog {...{ item, definition, onConflict }} status={asked} close={() => setAsked(null)} />
        ) : (
          <ReopenDialog {...{ item, definition }} status={asked} close={() => setAsked(null)} />
        ))}
    </div>
  );
}
