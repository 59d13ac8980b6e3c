/** When I am away and who stands in; and what I am known to be able to do, which supervisors say. */
import { Button, Group, Select, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { api, ApiError, etag, take } from '../../api/client';
import { availabilityQuery, usersQuery } from '../../api/queries';
import type { Availability } from '../../api/schema';
import { useCan } from '../../app/permissions';
import { t } from '../../i18n';
import { dateTime, localInstant } from '../../lib/format';
import { PersonName } from '../../ui/badges';
import { Loaded } from '../../ui/states';
import { Panel } from '../../ui/tabs';
import { report, told } from '../../ui/toast';
import { skillsText } from '../queues/skills-input';

export function OwnAvailability() {
  const may = useCan()('availability:update');
  const query = useQuery({ ...availabilityQuery('me'), enabled: may });
  if (!may) return null;
  return (
    <div style={{ marginBottom: 'var(--mantine-spacing-md)' }}>
      <Panel title={t('My availability')}>
        <Loaded query={query} rows={2}>
          {(own) => <Editor own={own} />}
        </Loaded>
      </Panel>
    </div>
  );
}

type Absences = NonNullable<Availability['absences']>;

function Editor({ own }: { own: Availability }) {
  const queries = useQueryClient();
  const absences = own.absences ?? [];
  const save = useMutation({
    mutationFn: (next: Absences) =>
      take(
        api.PUT('/api/v1/people/{id}/availability', {
          params: { path: { id: 'me' } },
          body: { skills: own.skills, capacity: own.capacity, absences: next },
          headers: { 'If-Match': etag(own.version) },
        }),
      ),
    onSuccess: () => told(t('Saved')),
    onError: (error) => {
      if (!(error instanceof ApiError && error.status === 422)) report(error, t('Not saved'));
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ['availability'] }),
  });
  const skills = skillsText(own.skills);
  return (
    <Stack>
      {own.isAbsent && <Text size="sm">{t('You are away. {name} has your work.', { name: own.acting.name })}</Text>}
      <Text size="sm" c="dimmed">
        {skills === '' ? t('No skills are written down of you.') : t('Your skills: {skills}', { skills })}
      </Text>
      {absences.map((absence, index) => (
        <Group key={`${absence.from}${absence.to}`} justify="space-between" data-testid="absence">
          <Text size="sm">
            {dateTime(absence.from)} – {dateTime(absence.to)}
            {absence.substitute != null && (
              <>
                {' · '}
                {t('Substitute')}: <PersonName id={absence.substitute} />
              </>
            )}
          </Text>
          <Button
            size="xs"
            variant="default"
            loading={save.isPending}
            aria-label={t('Remove the absence from {from}', { from: dateTime(absence.from) })}
            onClick={() => save.mutate(absences.filter((_, place) => place !== index))}
          >
            {t('Remove')}
          </Button>
        </Group>
      ))}
      <NewAbsence
        problem={save.error instanceof ApiError ? save.error.errors[0]?.detail : undefined}
        add={(absence, done) => save.mutate([...absences, absence], { onSuccess: done })}
        isPending={save.isPending}
      />
    </Stack>
  );
}

interface NewProps {
  problem: string | undefined;
  add: (absence: Absences[number], done: () => void) => void;
  isPending: boolean;
}
function NewAbsence({ problem, add, isPending }: NewProps) {
  const [from, setFrom] = useState('');
  const [to, setTo] = useState('');
  const [substitute, setSubstitute] = useState<string | null>(null);
  const users = useQuery(usersQuery('')).data ?? [];
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const [begins, ends] = [localInstant(from), localInstant(to)];
    if (begins === null || ends === null) return;
    add({ from: begins, to: ends, substitute }, () => {
      setFrom('');
      setTo('');
      setSubstitute(null);
    });
  };
  return (
    <form onSubmit={submit}>
      <Group align="flex-end" gap="sm">
        <TextInput
          type="datetime-local"
          label={t('Away from')}
          value={from}
          onChange={(event) => setFrom(event.currentTarget.value)}
        />
        <TextInput
          type="datetime-local"
          label={t('Back on')}
          value={to}
          error={problem}
          onChange={(event) => setTo(event.currentTarget.value)}
        />
        <Select
          label={t('Substitute')}
          searchable
          clearable
          clearButtonProps={{ 'aria-label': t('Nobody') }}
          data={users.map(({ id, name }) => ({ value: id, label: name }))}
          value={substitute}
          onChange={setSubstitute}
        />
        <Button type="submit" disabled={from === '' || to === ''} loading={isPending}>
          {t('Add absence')}
        </Button>
      </Group>
    </form>
  );
}
