/** The views of a person above the list: opening one, keeping the list as one, pinning, sharing and deleting. */
import { Button, Group, Menu, ScrollArea } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { savedViewsQuery, viewChoicesQuery } from '../../../api/queries';
import type { SavedView, ViewChoices } from '../../../api/schema';
import { useCan } from '../../../app/permissions';
import { t } from '../../../i18n';
import { usePageActions } from '../../../lib/page-actions';
import { Icon } from '../../../ui/icons';
import { later } from '../../../ui/later';
import { NO_VIEW, type CaseFilters } from '../filters';
import { contentOf, isChanged, searchOf, toggled } from './saved-view';
import { useChooseViews, useSaveView } from './use-views';

interface Props {
  filters: CaseFilters;
  change: (next: CaseFilters) => void;
}

const DeleteDialog = later(async () => (await import('./delete-dialog')).DeleteDialog);
const SaveDialog = later(async () => (await import('./save-dialog')).SaveDialog);

export function ViewMenu({ filters, change }: Props) {
  const can = useCan();
  const views = useQuery({ ...savedViewsQuery, enabled: can('saved-view:read') }).data ?? [];
  const [dialog, setDialog] = useState<'new' | 'change' | 'delete' | null>(null);
  const open = (view: SavedView) => change(searchOf(view));
  const save = useSaveView(open);
  usePageActions([{ id: 'save-view', run: () => setDialog('new'), isAllowed: can('saved-view:create') }]);
  const current = views.find((view) => view.id === filters.view);
  const moved = current !== undefined && isChanged(current, filters);
  if (!can('saved-view:read')) return null;
  return (
    <Group gap={6} wrap="nowrap">
      <Menu position="bottom-start" width={280} shadow="md">
        <Menu.Target>
          <Button variant="default" size="xs" rightSection={<Icon name="down" size={14} />} data-testid="views">
            {current === undefined ? t('Views') : moved ? t('{name} (changed)', { name: current.name }) : current.name}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <ScrollArea.Autosize mah={320}>
            <Menu.Item onClick={() => change({ view: NO_VIEW })}>{t('All cases')}</Menu.Item>
            <Menu.Item
              leftSection={<Icon name="bell" size={15} />}
              onClick={() => change({ following: 'me', view: NO_VIEW })}
              data-testid="view-followed"
            >
              {t('Cases that I follow')}
            </Menu.Item>
            {views.map((view) => (
              <Menu.Item
                key={view.id}
                onClick={() => open(view)}
                leftSection={<Icon name={view.audience.kind === 'private' ? 'person' : 'queue'} size={15} />}
                rightSection={view.id === current?.id ? <Icon name="check" size={14} /> : undefined}
                data-testid="view-entry"
              >
                {view.name}
              </Menu.Item>
            ))}
          </ScrollArea.Autosize>
          {can('saved-view:create') && (
            <>
              <Menu.Divider />
              <Menu.Item leftSection={<Icon name="plus" size={15} />} onClick={() => setDialog('new')}>
                {t('Save as a view…')}
              </Menu.Item>
            </>
          )}
          {current !== undefined && (
            <Current view={current} change={() => setDialog('change')} remove={() => setDialog('delete')} />
          )}
        </Menu.Dropdown>
      </Menu>
      {moved && current.isChangeable && (
        <Button
          size="xs"
          variant="light"
          loading={save.isPending}
          onClick={() =>
            save.mutate({
              view: current,
              body: { ...contentOf(filters), name: current.name, audience: current.audience },
            })
          }
          data-testid="update-view"
        >
          {t('Save changes')}
        </Button>
      )}
      {dialog === 'delete' && current !== undefined && (
        <DeleteDialog view={current} close={() => setDialog(null)} gone={() => change({ view: NO_VIEW })} />
      )}
      {(dialog === 'new' || dialog === 'change') && (
        <SaveDialog
          view={dialog === 'change' ? (current ?? null) : null}
          filters={filters}
          close={() => setDialog(null)}
          saved={open}
        />
      )}
    </Group>
  );
}

/** What can be done with the view that is open. */
function Current({ view, change, remove }: { view: SavedView; change: () => void; remove: () => void }) {
  const choices: ViewChoices = useQuery(viewChoicesQuery).data ?? { pinned: [], default: null };
  const choose = useChooseViews();
  const isPinned = choices.pinned.includes(view.id);
  const isDefault = choices.default === view.id;
  return (
    <>
      <Menu.Divider />
      <Menu.Label>{view.name}</Menu.Label>
      <Menu.Item onClick={() => choose.mutate((now) => ({ ...now, pinned: toggled(now.pinned, view.id) }))}>
        {isPinned ? t('Take out of the navigation') : t('Pin to the navigation')}
      </Menu.Item>
      <Menu.Item onClick={() => choose.mutate((now) => ({ ...now, default: isDefault ? null : view.id }))}>
        {isDefault ? t('No longer begin with it') : t('Begin with it')}
      </Menu.Item>
      {view.isChangeable && (
        <>
          <Menu.Item onClick={change}>{t('Name and sharing…')}</Menu.Item>
          <Menu.Item color="danger" leftSection={<Icon name="trash" size={15} />} onClick={remove}>
            {t('Delete view…')}
          </Menu.Item>
        </>
      )}
    </>
  );
}
