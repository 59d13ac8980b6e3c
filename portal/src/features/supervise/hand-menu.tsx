/** Whom a piece of work may be given to: those whom the server says may do it. */
import { Button, Menu, ScrollArea } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { assigneesQuery } from '../../api/queries';
import { t } from '../../i18n';
import { Icon } from '../../ui/icons';
import { MenuChoices } from '../../ui/menu-choices';
import { useHanding, type Piece } from './use-handing';

export function HandMenu({ piece }: { piece: Piece }) {
  const [opened, setOpened] = useState(false);
  const kind = piece.kind === 'case' ? 'cases' : 'tasks';
  const query = useQuery({ ...assigneesQuery(kind, piece.item.id, ''), enabled: opened });
  const people = query.data ?? [];
  const handing = useHanding();
  const has = typeof piece.item.assignee === 'string' ? piece.item.assignee : (piece.item.assignee?.id ?? null);
  const what = piece.kind === 'case' ? piece.item.number : piece.item.name;
  return (
    // It opens when it has its entries: the keyboard goes to one of them.
    <Menu opened={opened && !query.isPending} onChange={setOpened} withinPortal position="bottom-end">
      <Menu.Target>
        <Button
          variant="default"
          size="compact-xs"
          rightSection={<Icon name="down" size={12} />}
          loading={handing.isPending}
          aria-label={t('Give to…: {what}', { what })}
          data-testid="hand"
        >
          {t('Give to…')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <ScrollArea.Autosize mah={300}>
          <MenuChoices
            choices={[
              ...people.map((person) => ({
                id: person.id,
                label: person.name,
                isNow: person.id === has,
                choose: () => handing.mutate({ piece, to: person }),
              })),
              { id: '', label: t('Nobody'), isNow: has === null, choose: () => handing.mutate({ piece, to: null }) },
            ]}
          />
        </ScrollArea.Autosize>
      </Menu.Dropdown>
    </Menu>
  );
}
