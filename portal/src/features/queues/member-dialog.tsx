/** What a member of a queue can do and how much at a time, for supervisors; and whether they are there. */
import { Button, Group, Modal, NumberInput, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { api, ApiError, etag, take } from '../../api/client';
import { availabilityQuery } from '../../api/queries';
import type { Availability } from '../../api/schema';
import { plural, t } from '../../i18n';
import { Loaded } from '../../ui/states';
import { report, told } from '../../ui/toast';
import { SkillsInput, skillsOf, skillsText } from './skills-input';

export function MemberDialog({ id, name, close }: { id: string; name: string; close: () => void }) {
  const query = useQuery(availabilityQuery(id));
  return (
    <Modal opened onClose={close} title={name} closeButtonProps={{ 'aria-label': t('Close') }}>
      <Loaded query={query} rows={3}>
        {(availability) => <Editor id={id} availability={availability} close={close} />}
      </Loaded>
    </Modal>
  );
}

function Editor({ id, availability, close }: { id: string; availability: Availability; close: () => void }) {
  const queries = useQueryClient();
  const [skills, setSkills] = useState(skillsText(availability.skills));
  const [capacity, setCapacity] = useState(availability.capacity ?? null);
  const may = availability.mayQualify;
  const save = useMutation({
    mutationFn: () =>
      take(
        api.PUT('/api/v1/people/{id}/availability', {
          params: { path: { id } },
          body: { skills: skillsOf(skills), capacity, absences: availability.absences },
          headers: { 'If-Match': etag(availability.version) },
        }),
      ),
    onSuccess: () => {
      told(t('Saved'));
      close();
    },
    onError: (error) => {
      if (!(error instanceof ApiError && error.status === 422)) report(error, t('Not saved'));
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ['availability'] }),
  });
  const wrong = (place: string) =>
    save.error instanceof ApiError
      ? save.error.errors.find(({ pointer }) => pointer?.startsWith(place))?.detail
      : undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!save.isPending) save.mutate();
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <Text size="sm">
          {plural('{count} open case', '{count} open cases', availability.load)}
          {availability.isAbsent && ` · ${t('Away; {name} has the work', { name: availability.acting.name })}`}
        </Text>
        <SkillsInput label={t('Skills')} value={skills} disabled={!may} error={wrong('/skills')} change={setSkills} />
        <NumberInput
          label={t('Open cases at most')}
          min={0}
          allowDecimal={false}
          disabled={!may}
          value={capacity ?? ''}
          error={wrong('/capacity')}
          onChange={(next) => setCapacity(typeof next === 'number' ? next : null)}
        />
        {may && (
          <Group justify="flex-end">
            <Button type="submit" loading={save.isPending}>
              {t('Save')}
            </Button>
          </Group>
        )}
      </Stack>
    </form>
  );
}
