/** The processes behind a case: each with its live diagram, and those that people may start by hand. */
import { Button, Group, SegmentedControl, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { processDefinitionsQuery } from '../../api/queries';
import type { Case, CaseDefinition, CaseProcessRef } from '../../api/schema';
import { useCan } from '../../app/permissions';
import { t } from '../../i18n';
import { useAsked } from '../../lib/asked';
import { words } from '../../lib/format';
import { Icon } from '../../ui/icons';
import { Empty } from '../../ui/states';
import { later } from '../../ui/later';
import { Panel } from '../../ui/tabs';
import { InstanceState } from '../processes/instance-state';
import { startableIn } from './startable';

const StartDialog = later(async () => (await import('./start-dialog')).StartDialog);
const AdHocWork = later(async () => (await import('./ad-hoc-work')).AdHocWork);
const InstanceDiagram = later(async () => (await import('../diagram/instance-diagram')).InstanceDiagram);

export function CaseProcesses({ item, definition }: { item: Case; definition: CaseDefinition | undefined }) {
  const definitions = useQuery(processDefinitionsQuery(true)).data;
  const nameOf = (each: { name: string; definitionKey: string }) =>
    each.name !== each.definitionKey
      ? each.name
      : (definitions?.find((one) => one.key === each.definitionKey)?.name ?? words(each.definitionKey));
  const started = item.processInstances.flatMap((each) =>
    each.id === null ? [] : [{ ...each, id: each.id, name: nameOf(each) }],
  );
  const running = started.find((each) => each.state === 'ACTIVE') ?? started[0];
  const [chosen, setChosen] = useState<string | null>(null);
  const current = started.find((each) => each.id === chosen) ?? running;
  return (
    <Stack>
      {current === undefined ? (
        <Panel>
          <Empty
            icon="process"
            title={t('No process runs for this case')}
            action={<StartProcess item={item} definition={definition} plain />}
          />
        </Panel>
      ) : (
        <>
          <Group justify="space-between">
            {started.length > 1 ? (
              <SegmentedControl
                size="xs"
                aria-label={t('Process')}
                value={current.id}
                onChange={setChosen}
                data={numbered(started)}
              />
            ) : (
              <Text fw={600}>{current.name}</Text>
            )}
            <Group gap="sm">
              <InstanceState state={current.state} />
              <Button
                component={Link}
                to="/instances/$id"
                params={{ id: current.id } as never}
                variant="default"
                size="xs"
                rightSection={<Icon name="external" size={14} />}
              >
                {t('Open instance')}
              </Button>
            </Group>
          </Group>
          {current.state === 'ACTIVE' && <AdHocWork key={`ad-hoc.${current.id}`} instance={current.id} />}
          <InstanceDiagram key={current.id} id={current.id} />
        </>
      )}
      {current !== undefined && <StartProcess item={item} definition={definition} />}
    </Stack>
  );
}

/** Several runs of one process are told apart by a number. */
export function numbered(processes: { id: string; name: string }[]): { value: string; label: string }[] {
  return processes.map((each) => {
    const same = processes.filter((other) => other.name === each.name);
    return { value: each.id, label: same.length > 1 ? `${each.name} ${same.indexOf(each) + 1}` : each.name };
  });
}

export function StartProcess({
  item,
  definition,
  plain = false,
  answers = false,
}: {
  item: Case;
  definition: CaseDefinition | undefined;
  plain?: boolean;
  /** The one place that asks before a process is started from elsewhere. */
  answers?: boolean;
}) {
  const [asked, setAsked] = useState<CaseProcessRef | null>(null);
  const may = useCan()('case:update');
  const startable = may ? startableIn(item, definition) : [];
  useAsked('start', answers ? item.id : '', (key) =>
    setAsked(startable.find((process) => process.key === key) ?? null),
  );
  if (startable.length === 0) return null;
  const buttons = startable.map((process) => (
    <Button
      key={process.key}
      variant="default"
      justify="flex-start"
      leftSection={<Icon name="process" size={15} />}
      onClick={() => setAsked(process)}
    >
      {process.name}
    </Button>
  ));
  return (
    <>
      {plain ? (
        <Group>{buttons}</Group>
      ) : (
        <Panel title={t('Start a process')}>
          <Stack gap="xs" align="flex-start">
            {buttons}
          </Stack>
        </Panel>
      )}
      {asked !== null && <StartDialog item={item} process={asked} close={() => setAsked(null)} />}
    </>
  );
}
