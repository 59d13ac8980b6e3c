/** The strip that answers what a worker asks first: stage, status, who, until when, and what comes next. */
import { Button, Group, Menu, Select, Stack, Text, VisuallyHidden } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { meQuery, queuesQuery, tasksQuery, usersQuery } from '../../api/queries';
import type { Case, CaseDefinition, Person } from '../../api/schema';
import { t } from '../../i18n';
import { dateTime, words } from '../../lib/format';
import { PersonTag, Priority, SlaClock, StatusTag, Tag } from '../../ui/badges';
import { Icon } from '../../ui/icons';
import { usePatchCase, type Conflict } from './actions';

interface Props { item: Case; definition: CaseDefinition | undefined; onConflict: (conflict: Conflict) => void }

export function CaseHeader({ item, definition, onConflict }: Props) {
  const patch = usePatchCase(onConflict);
  return (
    <div className="cw-panel">
      <Stack p="md" gap="md">
        <Group gap="xs">
          <Tag tone="neutral">{item.number}</Tag>
          <Text size="sm" c="dimmed">{item.definitionName}</Text>
          <StatusTag item={item} />
          <Priority value={item.priority} />
          {item.slas.map((sla) => <SlaClock key={sla.id} sla={sla} />)}
          {item.labels.map((label) => <Tag key={label} tone="accent">{label}</Tag>)}
        </Group>
        {definition !== undefined && <Stages item={item} definition={definition} />}
        <Group justify="space-between" gap="sm">
          <Group gap="lg">
            <AssigneePicker item={item} assign={(person) => patch.mutate({ item, patch: { assignee: person?.id ?? null }, shown: { assignee: person } })} />
            <QueuePicker item={item} move={(queue) => patch.mutate({ item, patch: { queue } })} />
            {item.dueAt !== null && <Fact label={t('Due')}>{dateTime(item.dueAt)}</Fact>}
          </Group>
          <Group gap="xs">
            {definition !== undefined && <Choice label={t('Status')} icon="check" options={definition.statuses} current={item.status} choose={(status) => patch.mutate({ item, patch: { status: status.id }, shown: { statusName: status.name }, done: t('Status is now {status}', { status: status.name }) })} />}
            {definition !== undefined && <Choice label={t('Stage')} icon="stage" options={definition.stages} current={item.stage} choose={(stage) => patch.mutate({ item, patch: { stage: stage.id }, shown: { stageName: stage.name }, done: t('{number} moved to {stage}', { number: item.number, stage: stage.name }) })} />}
            <NextAction item={item} />
          </Group>
        </Group>
      </Stack>
    </div>
  );
}

function Fact({ label, children }: { label: string; children: React.ReactNode }) {
  return <Stack gap={2}><Text size="xs" c="dimmed">{label}</Text><Text size="sm" component="div">{children}</Text></Stack>;
}

export function Stages({ item, definition }: { item: Case; definition: CaseDefinition }) {
  const at = definition.stages.findIndex((stage) => stage.id === item.stage);
  return (
    <ol className="cw-steps" aria-label={t('Stages')}>
      {definition.stages.map((stage, index) => {
        const state = index < at || item.statusKind === 'closed' ? 'done' : index === at ? 'current' : 'ahead';
        return <li key={stage.id} className="cw-step" data-state={state} aria-current={state === 'current' ? 'step' : undefined} data-testid={index === at ? 'case-stage' : undefined}><div className="cw-clip">{stage.name}</div><VisuallyHidden>{state === 'done' ? t('done') : state === 'current' ? t('current stage') : t('to come')}</VisuallyHidden></li>;
      })}
    </ol>
  );
}

function Choice<T extends { id: string; name: string }>({ label, icon, options, current, choose }: { label: string; icon: 'check' | 'stage'; options: T[]; current: string; choose: (option: T) => void }) {
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target><Button variant="default" leftSection={<Icon name={icon} size={15} />} rightSection={<Icon name="down" size={14} />}>{label}</Button></Menu.Target>
      <Menu.Dropdown>
        {options.map((option) => <Menu.Item key={option.id} disabled={option.id === current} onClick={() => choose(option)} rightSection={option.id === current ? <Icon name="check" size={14} /> : undefined}>{option.name}</Menu.Item>)}
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
  return <Button component={Link} to="/tasks/$id" params={{ id: next.id } as never} leftSection={<Icon name="bolt" size={15} />} data-testid="next-action">{next.name}</Button>;
}

function AssigneePicker({ item, assign }: { item: Case; assign: (person: Person | null) => void }) {
  const [open, setOpen] = useState(false);
  const [text, setText] = useState('');
  const [search] = useDebouncedValue(text, 200);
  const me = useQuery(meQuery).data;
  const found = useQuery({ ...usersQuery(search), enabled: open }).data ?? [];
  const people = me !== undefined && search === '' ? [{ id: me.id, name: me.name }, ...found.filter((user) => user.id !== me.id)] : found;
  if (!open) {
    return (
      <Fact label={t('Assignee')}>
        <Group gap={6}>
          <Button variant="subtle" color="gray" c="inherit" size="compact-sm" px={4} onClick={() => setOpen(true)} aria-label={t('Assignee: {name}. Change', { name: item.assignee?.name ?? t('Nobody') })} data-testid="case-assignee"><PersonTag person={item.assignee} /></Button>
          {item.assignee?.id !== me?.id && me !== undefined && <Button variant="light" size="compact-xs" onClick={() => assign({ id: me.id, name: me.name })} data-testid="assign-to-me">{t('Assign to me')}</Button>}
        </Group>
      </Fact>
    );
  }
  return (
    <Select label={t('Assignee')} w={220} searchable clearable clearButtonProps={{ 'aria-label': t('Nobody') }} autoFocus defaultDropdownOpened data={people.map((each) => ({ value: each.id, label: each.name }))} value={item.assignee?.id ?? null} searchValue={text} onSearchChange={setText}
      onDropdownClose={() => setOpen(false)} nothingFoundMessage={t('Nobody found')} filter={({ options }) => options}
      onChange={(id) => {
        setOpen(false);
        assign(people.find((each) => each.id === id) ?? null);
      }} />
  );
}

function QueuePicker({ item, move }: { item: Case; move: (queue: string | null) => void }) {
  const known = useQuery(queuesQuery).data;
  const queues = known ?? [];
  const name = item.queue === null ? '–' : known === undefined ? '…' : (queues.find((queue) => queue.id === item.queue)?.name ?? words(item.queue));
  return (
    <Fact label={t('Queue')}>
      <Menu withinPortal position="bottom-start">
        <Menu.Target><Button variant="subtle" color="gray" c="inherit" size="compact-sm" px={4} rightSection={<Icon name="down" size={13} />} aria-label={t('Queue: {name}. Change', { name })}>{name}</Button></Menu.Target>
        <Menu.Dropdown>{queues.map((queue) => <Menu.Item key={queue.id} disabled={queue.id === item.queue} onClick={() => move(queue.id)}>{queue.name}</Menu.Item>)}</Menu.Dropdown>
      </Menu>
    </Fact>
  );
}
