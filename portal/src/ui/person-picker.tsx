/** Choosing the person a piece of work is given to; only those who may do it are offered. */
import { Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { assigneesQuery, meQuery } from '../api/queries';
import type { Person } from '../api/schema';
import { t } from '../i18n';
import { noOption } from './no-option';

interface Props {
  kind: 'cases' | 'tasks';
  id: string;
  current: string | null;
  choose: (person: Person | null) => void;
  close: () => void;
}

export function PersonPicker({ kind, id, current, choose, close }: Props) {
  const [text, setText] = useState('');
  const [search] = useDebouncedValue(text, 200);
  const me = useQuery(meQuery).data;
  const everyone = useQuery(assigneesQuery(kind, id, '')).data ?? [];
  // The field begins with the name of whoever has the work; nobody typed it, and it must not hide the others.
  const typed = search === everyone.find((person) => person.id === current)?.name ? '' : search;
  const found = useQuery({ ...assigneesQuery(kind, id, typed), placeholderData: keepPreviousData }).data ?? [];
  // Whoever looks for someone to give work to often means themselves.
  const people = [...found.filter((person) => person.id === me?.id), ...found.filter((person) => person.id !== me?.id)];
  return (
    <Select
      label={t('Assignee')}
      w={220}
      searchable
      clearable
      clearButtonProps={{ 'aria-label': t('Nobody') }}
      autoFocus
      defaultDropdownOpened
      data={people.map((each) => ({ value: each.id, label: each.name }))}
      value={current}
      searchValue={text}
      onSearchChange={setText}
      onDropdownClose={close}
      nothingFoundMessage={noOption(t('Nobody found'))}
      filter={({ options }) => options}
      data-testid="person-picker"
      onChange={(chosen) => {
        close();
        choose(people.find((each) => each.id === chosen) ?? null);
      }}
    />
  );
}
