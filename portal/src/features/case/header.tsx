/** The strip that answers what a worker asks first: stage, status, who, until when, and what comes next. */
import { Button, Group, Menu, Stack, Text, VisuallyHidden } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { meQuery, queuesQuery, tasksQuery } from '../../api/queries';
import type { Case, CaseDefinition, Person } from '../../api/schema';
import { useCan } from '../../app/permissions';
import { t } from '../../i18n';
import { words } from '../../lib/format';
import { PersonTag, SlaClock, StatusTag, Tag } from '../../ui/badges';
import { Icon } from '../../ui/icons';
import { PersonPicker } from '../../ui/person-picker';
import { usePatchCase, type Conflict, type Demand, type PatchRequest } from './actions';
import { StatusDialog, type Status } from './close-dialog';
import {
  DueProperty,
  Fact,
  LabelsProperty,
  PriorityProperty,
  RequesterProperty,
  usePropertyKeys,
  type Editor,
} from './properties';

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
  usePropertyKeys(may, setOpen);
  const property = {
    item,
    may,
    open,
    setOpen,
    change: (request: Omit<PatchRequest, 'item'>) => patch.mutate({ item, ...request }),
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
        </Group>
        {definition !== undefined && <Stages item={item} definition={definition} />}
        {item.statusKind === 'closed' && item.closeReason != null && (
          <Text size="sm" data-testid="close-reason">
            {t('Closed: {reason}', { reason: item.closeReason })}
          </Text>
        )}
        <Group justify="space-between" gap="sm" align="flex-end">
          <Group gap="lg" align="flex-start">
            <AssigneePicker
              item={item}
              may={may}
              assign={(person) =>
                patch.mutate({ item, patch: { assignee: person?.id ?? null }, shown: { assignee: person } })
              }
            />
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
              />
            )}
            {may && definition !== undefined && (
              <Choice
                label={t('Stage')}
                value={item.stageName}
                icon="stage"
                options={definition.stages}
                current={item.stage}
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
        </Group>
      </Stack>
      {asked !== null && (
        <StatusDialog item={item} status={asked} onConflict={onConflict} close={() => setAsked(null)} />
      )}
    </div>
  );
}

export function Stages({ item, definition }: { item: Case; definition: CaseDefinition }) {
  const at = definition.stages.findIndex((stage) => stage.id === item.stage);
  return (
    <ol className="cw-steps" aria-label={t('Stages')}>
      {definition.stages.map((stage, index) => {
        const state = index < at || item.statusKind === 'closed' ? 'done' : index === at ? 'current' : 'ahead';
        return (
          <li
            key={stage.id}
            className="cw-step"
            data-state={state}
            aria-current={state === 'current' ? 'step' : undefined}
            data-testid={index === at ? 'case-stage' : undefined}
          >
            <div className="cw-clip">{stage.name}</div>
            <VisuallyHidden>
              {state === 'done' ? t('done') : state === 'current' ? t('current stage') : t('to come')}
            </VisuallyHidden>
          </li>
        );
      })}
    </ol>
  );
}

/** A button that says what it changes and what that is now. */
function Choice<T extends { id: string; name: string }>({
  label,
  value,
  icon,
  options,
  current,
  choose,
}: {
  label: string;
  value: string;
  icon: 'check' | 'stage';
  options: T[];
  current: string;
  choose: (option: T) => void;
}) {
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <Button
          variant="default"
          leftSection={<Icon name={icon} size={15} />}
          rightSection={<Icon name="down" size={14} />}
          aria-label={t('{what}: {value}. Change', { what: label, value })}
          data-testid={`choose-${icon}`}
        >
          {label}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {options.map((option) => (
          <Menu.Item
            key={option.id}
            disabled={option.id === current}
            onClick={() => choose(option)}
            rightSection={option.id === current ? <Icon name="check" size={14} /> : undefined}
          >
            {option.name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function idOf(assignee: Person | string | null): string | undefined {
  return typeof assignee === 'string' ? assignee : assignee?.id;
}

/** The one thing to do next: the oldest open task of mine or of nobody. */
function NextAction({ item }: { item: Case }) {
  const me = useQuery(meQuery).data;
  const tasks = useQuery(tasksQuery({ case: item.id, limit: 20 })).data?.items ?? [];
  const next = tasks.find((task) => idOf(task.assignee) === me?.id) ?? tasks.find((task) => task.assignee === null);
  if (next === undefined) return null;
  return (
    <Button
      component={Link}
      to="/tasks/$id"
      params={{ id: next.id } as never}
      leftSection={<Icon name="bolt" size={15} />}
      data-testid="next-action"
    >
      {next.name}
    </Button>
  );
}

function AssigneePicker({ item, may, assign }: { item: Case; may: boolean; assign: (person: Person | null) => void }) {
  const [open, setOpen] = useState(false);
  const me = useQuery(meQuery).data;
  if (!may)
    return (
      <Fact label={t('Assignee')}>
        <PersonTag person={item.assignee} />
      </Fact>
    );
  if (open)
    return (
      <PersonPicker
        kind="cases"
        id={item.id}
        current={item.assignee?.id ?? null}
        choose={assign}
        close={() => setOpen(false)}
      />
    );
  return (
    <Fact label={t('Assignee')}>
      <Group gap={6}>
        <Button
          variant="subtle"
          color="gray"
          c="inherit"
          size="compact-sm"
          px={4}
          onClick={() => setOpen(true)}
          aria-label={t('Assignee: {name}. Change', { name: item.assignee?.name ?? t('Nobody') })}
          data-testid="case-assignee"
        >
          <PersonTag person={item.assignee} />
        </Button>
        {item.assignee?.id !== me?.id && me !== undefined && (
          <Button
            variant="light"
            size="compact-xs"
            onClick={() => assign({ id: me.id, name: me.name })}
            data-testid="assign-to-me"
          >
            {t('Assign to me')}
          </Button>
        )}
      </Group>
    </Fact>
  );
}

function QueuePicker({
  item,
  definition,
  may,
  move,
}: {
  item: Case;
  definition: CaseDefinition | undefined;
  may: boolean;
  move: (queue: string | null) => void;
}) {
  const known = useQuery(queuesQuery).data;
  const queues = known ?? [];
  const name =
    item.queue === null
      ? '–'
      : known === undefined
        ? '…'
        : (queues.find((queue) => queue.id === item.queue)?.name ?? words(item.queue));
  // A definition that names its queues takes no others.
  const offered =
    definition === undefined || (definition.queues ?? []).length === 0
      ? queues
      : queues.filter((queue) => definition.queues?.includes(queue.id) === true);
  if (!may) return <Fact label={t('Queue')}>{name}</Fact>;
  return (
    <Fact label={t('Queue')}>
      <Menu withinPortal position="bottom-start">
        <Menu.Target>
          <Button
            variant="subtle"
            color="gray"
            c="inherit"
            size="compact-sm"
            px={4}
            rightSection={<Icon name="down" size={13} />}
            aria-label={t('Queue: {name}. Change', { name })}
          >
            {name}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {offered.map((queue) => (
            <Menu.Item key={queue.id} disabled={queue.id === item.queue} onClick={() => move(queue.id)}>
              {queue.name}
            </Menu.Item>
          ))}
          <Menu.Item disabled={item.queue === null} onClick={() => move(null)}>
            {t('In no queue')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </Fact>
  );
}
