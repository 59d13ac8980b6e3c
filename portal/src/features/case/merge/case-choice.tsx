/** Choosing another case by number, title or person. */
import { Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { caseQuery, casesQuery } from '../../../api/queries';
import type { Case } from '../../../api/schema';
import { t } from '../../../i18n';
import { noOption } from '../../../ui/no-option';

interface Props {
  item: Case;
  label: string;
  value: string | null;
  choose: (id: string | null) => void;
}

export function CaseChoice({ item, label, value, choose }: Props) {
  const [text, setText] = useState('');
  const [search] = useDebouncedValue(text, 200);
  const found = useQuery({
    ...casesQuery({ search: search === '' ? undefined : search, limit: 20 }),
    placeholderData: keepPreviousData,
  }).data;
  const chosen = useQuery({ ...caseQuery(value ?? ''), enabled: value !== null }).data;
  const others: Pick<Case, 'id' | 'number' | 'title'>[] = (found?.items ?? []).filter((each) => each.id !== item.id);
  if (value !== null && chosen !== undefined && others.every((each) => each.id !== chosen.id)) others.push(chosen);
  return (
    <Select
      label={label}
      description={t('Number, title or person')}
      data-autofocus
      searchable
      required
      data={others.map((each) => ({ value: each.id, label: `${each.number} ${each.title}` }))}
      filter={({ options }) => options}
      searchValue={text}
      onSearchChange={setText}
      value={value}
      onChange={choose}
      nothingFoundMessage={noOption(t('No case found'))}
      data-testid="merge-into"
    />
  );
}
