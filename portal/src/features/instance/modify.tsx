/** Tokens are set and taken away by hand: what is planned stands here in words and on the picture, and happens only when it is applied. */
import { ActionIcon, Button, Checkbox, Group, Select, Stack, Text, Textarea } from '@mantine/core';
import { useState } from 'react';
import { api, take } from '../../api/client';
import { plural, t } from '../../i18n';
import { Icon } from '../../ui/icons';
import { Notice } from '../../ui/notice';
import { Panel } from '../../ui/tabs';
import type { DiagramElement, ElementState } from '../diagram/elements';
import { useChange } from './change';
import { planned, possibleAt, stepsOf, told, type PlannedStep } from './modification';

interface Props {
  instance: string;
  plan: PlannedStep[];
  setPlan: (plan: PlannedStep[]) => void;
  selected: DiagramElement | undefined;
  state: ElementState | undefined;
  elements: DiagramElement[];
  nameOf: (element: string | null) => string;
  close: () => void;
}

export function Modify({ instance, plan, setPlan, selected, state, elements, nameOf, close }: Props) {
  const [skipCustomListeners, setSkipListeners] = useState(false);
  const [skipIoMappings, setSkipMappings] = useState(false);
  const [annotation, setAnnotation] = useState('');
  const change = useChange({ quiet: true });
  const add = (step: PlannedStep) => setPlan(planned(plan, step));
  const apply = () =>
    change.mutate(
      {
        run: () =>
          take(
            api.POST('/api/v1/process-instances/{id}/modification', {
              params: { path: { id: instance } },
              body: { steps: stepsOf(plan), annotation: annotation.trim(), skipCustomListeners, skipIoMappings },
            }),
          ),
        done: t('The instance was modified'),
        failed: t('Nothing was changed'),
      },
      { onSuccess: close },
    );
  return (
    <Panel title={t('Modify the instance')}>
      <Stack gap="sm" data-testid="modify">
        {selected === undefined ? (
          <Text size="sm" c="dimmed">
            {t('Choose an element in the diagram or in its table, and say what happens there.')}
          </Text>
        ) : (
          <AtElement element={selected} state={state} elements={elements} nameOf={nameOf} add={add} />
        )}
        {plan.length > 0 && (
          <>
            <div>
              <Text size="sm" fw={650}>
                {t('What will happen, at once')}
              </Text>
              <ol className="cw-plan" data-testid="modify-plan">
                {plan.map((step, at) => (
                  // Two steps may be the same.
                  // oxlint-disable-next-line react/no-array-index-key
                  <li key={at}>
                    <Group gap={4} wrap="nowrap" justify="space-between">
                      <span style={{ overflowWrap: 'anywhere' }}>{told(step, nameOf)}</span>
                      <ActionIcon
                        variant="subtle"
                        aria-label={t('Take back: {step}', { step: told(step, nameOf) })}
                        onClick={() => setPlan(plan.filter((_, nth) => nth !== at))}
                      >
                        <Icon name="close" size={14} />
                      </ActionIcon>
                    </Group>
                  </li>
                ))}
              </ol>
            </div>
            <Checkbox
              label={t('Without the listeners of the model')}
              checked={skipCustomListeners}
              onChange={(event) => setSkipListeners(event.currentTarget.checked)}
            />
            <Checkbox
              label={t('Without mapping inputs and outputs')}
              checked={skipIoMappings}
              onChange={(event) => setSkipMappings(event.currentTarget.checked)}
            />
            <Textarea
              label={t('Why?')}
              description={t('Kept with what people did to the instance')}
              autosize
              maxLength={2_000}
              value={annotation}
              onChange={(event) => setAnnotation(event.currentTarget.value)}
            />
          </>
        )}
        {change.error !== null && (
          <Notice tone="danger" icon="incident" role="alert" title={t('Nothing was changed')}>
            {change.error.message}
          </Notice>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={close} data-testid="modify-discard">
            {t('Discard')}
          </Button>
          <Button disabled={plan.length === 0} loading={change.isPending} onClick={apply} data-testid="modify-apply">
            {plural('Apply {count} step', 'Apply {count} steps', plan.length)}
          </Button>
        </Group>
      </Stack>
    </Panel>
  );
}

function AtElement({
  element,
  state,
  elements,
  nameOf,
  add,
}: {
  element: DiagramElement;
  state: ElementState | undefined;
  elements: DiagramElement[];
  nameOf: (element: string | null) => string;
  add: (step: PlannedStep) => void;
}) {
  const may = possibleAt(element, state);
  const name = nameOf(element.id);
  return (
    <Group gap="xs" align="flex-end" role="group" aria-label={t('At “{name}”', { name })}>
      <Button
        size="xs"
        variant="default"
        disabled={!may.startBefore}
        onClick={() => add({ kind: 'start-before', element: element.id })}
        data-testid="modify-before"
      >
        {t('Start before')}
      </Button>
      <Button
        size="xs"
        variant="default"
        disabled={!may.startAfter}
        onClick={() => add({ kind: 'start-after', element: element.id })}
        data-testid="modify-after"
      >
        {t('Go on after')}
      </Button>
      <Button
        size="xs"
        variant="default"
        disabled={!may.cancel}
        onClick={() => add({ kind: 'cancel', element: element.id })}
        data-testid="modify-cancel"
      >
        {t('Cancel here')}
      </Button>
      <Select
        size="xs"
        w={240}
        maw="100%"
        label={t('Move to before')}
        placeholder={t('Choose an element')}
        searchable
        disabled={!may.move}
        value={null}
        data={elements.map((each) => ({ value: each.id, label: nameOf(each.id) }))}
        onChange={(to) => {
          if (to !== null) add({ kind: 'move', element: element.id, to });
        }}
        data-testid="modify-move"
      />
    </Group>
  );
}
