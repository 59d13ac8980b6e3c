/** What can be done with the case that is open, for the palette and the keys. */
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { meQuery } from '../../api/queries';
import type { Case, CaseDefinition, Person } from '../../api/schema';
import { useCan } from '../../app/permissions';
import { t } from '../../i18n';
import { ask, type Asked } from '../../lib/asked';
import { usePageActions, type PageAction } from '../../lib/page-actions';
import type { Status } from './close-dialog';
import type { Editor } from './properties/property';
import { startableIn } from './startable';
import type { CaseTab } from './tabs';

interface Source {
  item: Case;
  definition: CaseDefinition | undefined;
  open: (editor: Editor) => void;
  chooseStatus: (status: Status) => void;
  assign: (person: Person | null) => void;
}

export function useCaseActions({ item, definition, open, chooseStatus, assign }: Source): void {
  const navigate = useNavigate();
  const can = useCan();
  const me = useQuery(meQuery).data;
  const may = can('case:update');
  const on = (tab: CaseTab, what: Asked, detail?: string) => {
    ask(what, item.id, detail);
    void navigate({ to: '/cases/$ref/$tab', params: { ref: item.number, tab } });
  };
  const isClosed = item.statusKind === 'closed';
  const other = definition?.statuses.find((status) => (isClosed ? status.kind === 'open' : status.kind === 'closed'));
  const editors: [PageAction['id'], Editor, boolean][] = [
    ['assign', 'assignee', true],
    ['stage', 'stage', definition !== undefined],
    ['status', 'status', definition !== undefined],
    ['priority', 'priority', true],
    ['due', 'due', true],
    ['labels', 'labels', true],
  ];
  usePageActions([
    {
      id: 'assign-me',
      run: () => {
        if (me !== undefined) assign({ id: me.id, name: me.name });
      },
      isAllowed: may && me !== undefined && item.assignee?.id !== me.id,
    },
    ...editors.map(([id, editor, isAllowed]) => ({ id, run: () => open(editor), isAllowed: may && isAllowed })),
    { id: 'comment', run: () => on('overview', 'comment'), isAllowed: can('case:comment') },
    { id: 'reply', run: () => on('mail', 'reply'), isAllowed: may },
    { id: 'link', run: () => on('overview', 'link'), isAllowed: may },
    {
      id: 'close',
      label: isClosed ? t('Open case again') : t('Close case'),
      run: () => {
        if (other !== undefined) chooseStatus(other);
      },
      isAllowed: may && other !== undefined,
    },
    ...startableIn(item, definition).map((process) => ({
      id: `start:${process.key}` as const,
      label: t('Start {name}', { name: process.name }),
      run: () => on('overview', 'start', process.key),
      isAllowed: may,
    })),
  ]);
}
