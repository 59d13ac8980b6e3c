/** A rule of routing, or the catch-all, while it is changed. What is saved is the whole table, by the page. */
import { Button, Checkbox, Group, Modal, NumberInput, Select, Stack, Textarea, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { queuesQuery, usersQuery } from '../../api/queries';
import { t } from '../../i18n';
import { SkillsInput } from '../queues/skills-input';
import { momentName, MOMENTS, type Draft } from './table';

interface Props {
  draft: Draft;
  isCatchAll: boolean;
  /** Ids that other rules have. */
  taken: string[];
  keep: (draft: Draft) => void;
  close: () => void;
}

export function RuleDialog({ draft: first, isCatchAll, taken, keep, close }: Props) {
  const [draft, setDraft] = useState(first);
  const [isTried, setTried] = useState(false);
  const set = (part: Partial<Draft>) => setDraft((before) => ({ ...before, ...part }));
  const queues = useQuery(queuesQuery).data ?? [];
  const people = useQuery(usersQuery('')).data ?? [];
  const idFault = draft.id === '' ? t('An id is needed.') : taken.includes(draft.id) ? t('Another rule has it.') : null;
  const whenFault = draft.when.trim() === '' ? t('A condition is needed; the catch-all takes the rest.') : null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (isCatchAll || (idFault === null && whenFault === null)) keep(draft);
  };
  return (
    <Modal
      opened
      onClose={close}
      size="lg"
      title={isCatchAll ? t('The catch-all') : first.id === '' ? t('New rule') : t('Rule')}
      closeButtonProps={{ 'aria-label': t('Close') }}
    >
      <form onSubmit={submit} noValidate>
        <Stack>
          {!isCatchAll && (
            <>
              <TextInput
                label={t('Key')}
                required
                value={draft.id}
                error={isTried ? idFault : null}
                onChange={(event) => set({ id: event.currentTarget.value.trim() })}
              />
              <TextInput
                label={t('Name')}
                value={draft.name}
                onChange={(event) => set({ name: event.currentTarget.value })}
              />
              <Textarea
                label={t('Condition')}
                description={t('FEEL over case, moment and mail: case.fields.amount > 1000')}
                required
                autosize
                minRows={2}
                spellCheck={false}
                value={draft.when}
                error={isTried ? whenFault : null}
                onChange={(event) => set({ when: event.currentTarget.value })}
              />
              <Checkbox.Group
                label={t('When it is asked')}
                value={draft.on}
                onChange={(chosen) => set({ on: MOMENTS.filter((moment) => chosen.includes(moment)) })}
              >
                <Stack gap={6} mt={6}>
                  {MOMENTS.map((moment) => (
                    <Checkbox key={moment} value={moment} label={momentName(moment)} />
                  ))}
                </Stack>
              </Checkbox.Group>
            </>
          )}
          <Select
            label={t('Queue')}
            clearable
            clearButtonProps={{ 'aria-label': t('None') }}
            data={queues.map(({ id, name }) => ({ value: id, label: name }))}
            value={draft.queue}
            onChange={(queue) => set({ queue })}
          />
          <Select
            label={t('Assignee')}
            clearable
            searchable
            clearButtonProps={{ 'aria-label': t('Nobody') }}
            data={people.map(({ id, name }) => ({ value: id, label: name }))}
            value={draft.assignee}
            onChange={(assignee) => set({ assignee })}
          />
          <SkillsInput label={t('Skills that it asks for')} value={draft.skills} change={(skills) => set({ skills })} />
          <NumberInput
            label={t('Priority')}
            min={0}
            max={100}
            allowDecimal={false}
            value={draft.priority ?? ''}
            onChange={(next) => set({ priority: typeof next === 'number' ? next : null })}
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              {t('Cancel')}
            </Button>
            <Button type="submit" data-testid="keep-rule">
              {t('Apply')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
