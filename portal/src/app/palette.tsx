/** The command palette: what can be done on this page, places, commands, and cases and tasks found by the server while typing. */
import { useDebouncedValue } from '@mantine/hooks';
import { Spotlight, type SpotlightActionData, type SpotlightActionGroupData } from '@mantine/spotlight';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { casesQuery, searchCountQuery, tasksQuery } from '../api/queries';
import { plural, t } from '../i18n';
import { commandOf, keyOf, PREFIX, useBindings } from '../lib/keys';
import { useOfferedActions, type OfferedAction } from '../lib/page-actions';
import { Icon } from '../ui/icons';
import { placesFor } from './navigation';
import { useCan } from './permissions';

const isGeneral = (action: OfferedAction) => commandOf(action.id)?.where === 'everywhere';

export function Palette() {
  const navigate = useNavigate();
  const can = useCan();
  const [query, setQuery] = useState('');
  const [search] = useDebouncedValue(query.trim(), 180);
  const cases = useQuery({ ...casesQuery({ search, limit: 6 }), enabled: search.length > 1 }).data?.items ?? [];
  const tasks = useQuery({ ...tasksQuery({ search, limit: 4 }), enabled: search.length > 1 }).data?.items ?? [];

  const found = useQuery({ ...searchCountQuery(search), enabled: search.length > 1 && can('case:read') }).data;

  const chosen = useBindings();
  const offered = useOfferedActions();
  // An action that opens something waits until the palette is gone and has given the focus back.
  const waiting = useRef<OfferedAction | null>(null);
  const asAction = (action: OfferedAction): SpotlightActionData => {
    const key = keyOf(commandOf(action.id), chosen);
    return {
      id: `do:${action.id}`,
      label: action.label,
      leftSection: <Icon name={action.id === 'new-case' ? 'plus' : 'bolt'} />,
      rightSection: key === '' ? undefined : <kbd className="cw-kbd">{key}</kbd>,
      onClick: () => {
        waiting.current = action;
      },
    };
  };
  const places: SpotlightActionData[] = placesFor(can).map((place) => ({
    id: place.to,
    label: place.label,
    leftSection: <Icon name={place.icon} />,
    rightSection: (
      <kbd className="cw-kbd">{keyOf({ id: `go:${place.to}`, key: `${PREFIX} ${place.key}` }, chosen)}</kbd>
    ),
    onClick: () => void navigate({ to: place.to }),
  }));
  const commands: SpotlightActionData[] = [
    ...offered.filter((action) => isGeneral(action) && action.id !== 'search').map(asAction),
    {
      id: 'mine',
      label: t('Cases assigned to me'),
      leftSection: <Icon name="person" />,
      onClick: () => void navigate({ to: '/cases', search: { assignee: 'me' } }),
    },
  ];
  const matching = (action: SpotlightActionData) =>
    (action.label ?? '').toLowerCase().includes(query.trim().toLowerCase());
  const everywhere: SpotlightActionData = {
    id: 'search-everything',
    label: t('Search everything for “{text}”', { text: query.trim() }),
    description: found == null ? undefined : plural('{count} result', '{count} results', found),
    leftSection: <Icon name="search" />,
    onClick: () => void navigate({ to: '/search', search: { q: query.trim() } }),
  };
  const groups: SpotlightActionGroupData[] = [
    {
      group: t('On this page'),
      actions: offered
        .filter((action) => !isGeneral(action))
        .map(asAction)
        .filter(matching),
    },
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
    { group: t('Search'), actions: query.trim() !== '' && can('case:read') ? [everywhere] : [] },
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
      tagsToIgnore={[]}
      onExitTransitionEnd={() => {
        const action = waiting.current;
        waiting.current = null;
        action?.run();
      }}
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
