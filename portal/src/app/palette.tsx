/** The command palette: places, commands, and cases and tasks found by the server while typing. */
import { useDebouncedValue } from '@mantine/hooks';
import { Spotlight, type SpotlightActionData, type SpotlightActionGroupData } from '@mantine/spotlight';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { casesQuery, tasksQuery } from '../api/queries';
import { t } from '../i18n';
import { Icon } from '../ui/icons';
import { placesFor } from './navigation';
import { useCan } from './permissions';

export function Palette() {
  const navigate = useNavigate();
  const can = useCan();
  const [query, setQuery] = useState('');
  const [search] = useDebouncedValue(query.trim(), 180);
  const cases = useQuery({ ...casesQuery({ search, limit: 6 }), enabled: search.length > 1 }).data?.items ?? [];
  const tasks = useQuery({ ...tasksQuery({ search, limit: 4 }), enabled: search.length > 1 }).data?.items ?? [];

  const places: SpotlightActionData[] = placesFor(can).map((place) => ({
    id: place.to,
    label: place.label,
    leftSection: <Icon name={place.icon} />,
    rightSection: <kbd className="cw-kbd">g {place.key}</kbd>,
    onClick: () => void navigate({ to: place.to }),
  }));
  const commands: SpotlightActionData[] = [
    ...(!can('case:create')
      ? []
      : [
          {
            id: 'new-case',
            label: t('New case'),
            leftSection: <Icon name="plus" />,
            rightSection: <kbd className="cw-kbd">c</kbd>,
            onClick: () => void navigate({ to: '/cases/new' }),
          },
        ]),
    {
      id: 'mine',
      label: t('Cases assigned to me'),
      leftSection: <Icon name="person" />,
      onClick: () => void navigate({ to: '/cases', search: { assignee: 'me' } }),
    },
  ];
  const matching = (action: SpotlightActionData) =>
    (action.label ?? '').toLowerCase().includes(query.trim().toLowerCase());
  const groups: SpotlightActionGroupData[] = [
    {
      group: t('Cases'),
      actions: cases.map((item) => ({
        id: item.id,
        label: `${item.number} ${item.title}`,
        description: `${item.stageName} · ${item.statusName}`,
        leftSection: <Icon name="cases" />,
        onClick: () => void navigate({ to: '/cases/$ref/$tab', params: { ref: item.number, tab: 'overview' } }),
      })),
    },
    {
      group: t('Tasks'),
      actions: tasks.map((item) => ({
        id: item.id,
        label: item.name,
        description: [item.caseNumber, item.caseTitle].filter(Boolean).join(' '),
        leftSection: <Icon name="tasks" />,
        onClick: () => void navigate({ to: '/tasks/$id', params: { id: item.id } }),
      })),
    },
    { group: t('Commands'), actions: commands.filter(matching) },
    { group: t('Go to'), actions: places.filter(matching) },
  ].filter((group) => group.actions.length > 0);
  return (
    <Spotlight
      actions={groups}
      query={query}
      onQueryChange={setQuery}
      filter={(_, all) => all}
      shortcut={['mod + K']}
      scrollable
      maxHeight={420}
      nothingFound={t('Nothing found')}
      searchProps={{
        leftSection: <Icon name="search" />,
        placeholder: t('Search cases and tasks, or go to…'),
        'aria-label': t('Search and commands'),
      }}
    />
  );
}
