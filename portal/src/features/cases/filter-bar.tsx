/** The filter row above list and board; both read and write the same URL. */
import { ActionIcon, Button, Group, Select, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { definitionsQuery, meQuery, queuesQuery, usersQuery } from '../../api/queries';
import { t } from '../../i18n';
import { Icon } from '../../ui/icons';
import { FilterChips } from './filter-chips';
import { activeCount, AT_RISK, OPEN_KINDS, widened, withFilter, type CaseFilters } from './filters';
import { speaks, understood } from './syntax';

interface Props {
  filters: CaseFilters;
  change: (next: CaseFilters) => void;
  hideStage?: boolean;
  implied?: keyof CaseFilters;
}

export function FilterBar({ filters, change, hideStage = false, implied }: Props) {
  const definitions = useQuery(definitionsQuery).data ?? [];
  const queues = useQuery(queuesQuery).data ?? [];
  const me = useQuery(meQuery).data;
  const users = (useQuery(usersQuery('')).data ?? []).filter((user) => user.id !== me?.id);
  const chosen = definitions.filter(
    (definition) => filters.definition === undefined || definition.key === filters.definition,
  );
  const stages = unique(chosen.flatMap((definition) => definition.stages));
  const statuses = unique(chosen.flatMap((definition) => definition.statuses));
  const set = (key: keyof CaseFilters) => (value: string | null) => change(withFilter(filters, key, value));
  const pick = (key: keyof CaseFilters, label: string, data: { value: string; label: string }[]) => (
    <Select
      w={138}
      aria-label={label}
      placeholder={label}
      clearable
      searchable={data.length > 8}
      data={data}
      value={filters[key] ?? null}
      onChange={set(key)}
      clearButtonProps={{ 'aria-label': t('Clear') }}
      comboboxProps={{ width: 'max-content' }}
    />
  );
  return (
    <>
      <Group gap="xs" mb="sm" role="search" aria-label={t('Filter cases')}>
        <SearchField
          value={filters.search ?? ''}
          change={(text) => change(text === null ? withFilter(filters, 'search', null) : understood(filters, text))}
          waits={speaks}
          label={t('Search title, number, person…')}
        />
        <div className="cw-filters">
          {pick(
            'definition',
            t('Type'),
            definitions.map((each) => ({ value: each.key, label: each.name })),
          )}
          {!hideStage && pick('stage', t('Stage'), stages)}
          {pick('status', t('Status'), statuses)}
          {pick('statusKind', t('State'), [
            { value: OPEN_KINDS, label: t('Open cases') },
            { value: 'closed', label: t('Closed cases') },
          ])}
          {!hideStage &&
            pick('sla', t('Deadlines'), [
              { value: AT_RISK, label: t('At risk or over') },
              { value: 'breached', label: t('Over') },
            ])}
          {pick('queue', t('Queue'), [
            { value: 'any', label: t('In any queue') },
            ...queues.map((each) => ({ value: each.id, label: each.name })),
          ])}
          {pick('assignee', t('Assignee'), [
            { value: 'me', label: t('Me') },
            { value: 'none', label: t('Nobody') },
            ...users.map((user) => ({ value: user.id, label: user.name })),
          ])}
        </div>
        {activeCount(filters) > (implied === undefined ? 0 : 1) && (
          <Button variant="subtle" color="gray" c="inherit" onClick={() => change(widened(filters))}>
            {t('Clear filters')}
          </Button>
        )}
      </Group>
      <FilterChips filters={filters} change={change} implied={implied} />
    </>
  );
}

function unique(entries: { id: string; name: string }[]): { value: string; label: string }[] {
  return [...new Map(entries.map((entry) => [entry.id, { value: entry.id, label: entry.name }])).values()];
}

export function SearchField({
  value,
  change,
  label,
  waits,
}: {
  value: string;
  change: (value: string | null) => void;
  label: string;
  /** A text that is not asked for while it is being written, only with Enter. */
  waits?: (text: string) => boolean;
}) {
  const [text, setText] = useState(value);
  const sent = useRef(value);
  useEffect(() => {
    // Only a change from outside replaces what someone is typing; the echo of our own does not.
    if (value === sent.current) return;
    sent.current = value;
    setText(value);
  }, [value]);
  const send = (next: string) => {
    sent.current = next.trim();
    change(sent.current === '' ? null : sent.current);
  };
  const later = useDebouncedCallback((next: string) => {
    if (waits?.(next) !== true) send(next);
  }, 250);
  return (
    <TextInput
      w={{ base: '100%', xs: 266 }}
      data-search
      type="search"
      aria-label={label}
      placeholder={label}
      value={text}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' || waits?.(text) !== true) return;
        // What became filters stands in the bar now; what is left to search for comes back by the address.
        sent.current = text;
        change(text.trim());
      }}
      leftSection={<Icon name="search" size={16} />}
      rightSection={
        text !== '' ? (
          <ActionIcon
            variant="subtle"
            color="gray"
            c="inherit"
            size="sm"
            aria-label={t('Clear')}
            onClick={() => {
              setText('');
              later('');
              later.flush();
            }}
          >
            <Icon name="close" size={14} />
          </ActionIcon>
        ) : undefined
      }
      onChange={(event) => {
        setText(event.currentTarget.value);
        later(event.currentTarget.value);
      }}
    />
  );
}
