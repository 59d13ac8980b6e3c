/** Fields of a queue: who works it, and numbers that may be absent. */
import { MultiSelect, NumberInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { groupsQuery, usersQuery } from '../../api/queries';
import { t } from '../../i18n';

const all = (ids: string[], chosen: string[]) => [...new Set([...ids, ...chosen])];

interface PeopleProps {
  users: string[];
  groups: string[];
  change: (part: { users?: string[]; groups?: string[] }) => void;
}
export function People({ users, groups, change }: PeopleProps) {
  const people = useQuery(usersQuery('')).data ?? [];
  const known = useQuery(groupsQuery).data ?? [];
  return (
    <>
      <MultiSelect
        label={t('Groups')}
        searchable
        data={all(
          known.map(({ id }) => id),
          groups,
        )}
        value={groups}
        onChange={(chosen) => change({ groups: chosen })}
      />
      <MultiSelect
        label={t('People')}
        searchable
        data={all(
          people.map(({ id }) => id),
          users,
        ).map((id) => ({ value: id, label: people.find((person) => person.id === id)?.name ?? id }))}
        value={users}
        onChange={(chosen) => change({ users: chosen })}
      />
    </>
  );
}

interface AmountProps {
  label: string;
  value: number | null;
  change: (value: number | null) => void;
  error?: string;
}
export function Amount({ label, value, change, error }: AmountProps) {
  return (
    <NumberInput
      label={label}
      min={0}
      allowDecimal={false}
      value={value ?? ''}
      error={error}
      onChange={(next) => change(typeof next === 'number' ? next : null)}
    />
  );
}
