/** A user of the platform. */
import { Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { usersQuery } from '../../api/queries';
import { t } from '../../i18n';
import type { EditorProps } from './editor';
import { personIn } from './named';
import { noOption } from '../../ui/no-option';

export function PersonInput({ label, description, required, error, value, change }: EditorProps) {
  const held = personIn(value);
  const [text, setText] = useState(held?.label ?? '');
  const [search] = useDebouncedValue(text, 200);
  // The field begins with a name that nobody typed; it must not hide the others.
  const typed = search === held?.label ? '' : search;
  const found = useQuery({ ...usersQuery(typed), placeholderData: keepPreviousData }).data ?? [];
  const people = found.map((user) => ({ value: user.id, label: user.name }));
  const offered =
    held === null || people.some((person) => person.value === held.id)
      ? people
      : [{ value: held.id, label: held.label }, ...people];
  return (
    <Select
      label={label}
      description={description}
      required={required}
      error={error}
      searchable
      clearable={!required}
      clearButtonProps={{ 'aria-label': t('Clear') }}
      data={offered}
      filter={({ options }) => options}
      searchValue={text}
      onSearchChange={setText}
      nothingFoundMessage={noOption(t('Nobody found'))}
      value={held?.id ?? null}
      onChange={(id) => {
        const person = offered.find((each) => each.value === id);
        change(person === undefined ? null : { id: person.value, name: person.label });
      }}
    />
  );
}
