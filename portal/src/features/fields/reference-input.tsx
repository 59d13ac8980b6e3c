/** Another case, found by its number or the words in it. */
import { Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { casesToNameQuery } from '../../api/field-queries';
import { t } from '../../i18n';
import type { EditorProps } from './editor';
import { caseIn } from './named';
import { noOption } from '../../ui/no-option';

export function ReferenceInput({ field, label, description, required, error, value, change }: EditorProps) {
  const held = caseIn(value);
  const [text, setText] = useState(held?.label ?? '');
  const [search] = useDebouncedValue(text, 200);
  const typed = search === held?.label ? '' : search;
  const found =
    useQuery({ ...casesToNameQuery(typed, field.definition ?? undefined), placeholderData: keepPreviousData }).data ??
    [];
  const cases = found.map((each) => ({ value: each.id, label: `${each.number} ${each.title}`, number: each.number }));
  // Whoever may not read that case still sees its number.
  const offered =
    held === null || cases.some((each) => each.value === held.id)
      ? cases
      : [{ value: held.id, label: held.label, number: held.label }, ...cases];
  return (
    <Select
      label={label}
      description={description}
      required={required}
      error={error}
      searchable
      clearable={!required}
      clearButtonProps={{ 'aria-label': t('Clear') }}
      data={offered.map(({ value: id, label: name }) => ({ value: id, label: name }))}
      filter={({ options }) => options}
      searchValue={text}
      onSearchChange={setText}
      nothingFoundMessage={noOption(t('No case found'))}
      value={held?.id ?? null}
      onChange={(id) => {
        const chosen = offered.find((each) => each.value === id);
        change(chosen === undefined ? null : { id: chosen.value, number: chosen.number });
      }}
    />
  );
}
