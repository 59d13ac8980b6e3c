/** The editor of a cell, under the button that the value is. */
import { Menu, Popover } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Case } from '../../../api/schema';
import { t } from '../../../i18n';
import { MenuChoices } from '../../../ui/menu-choices';
import { PersonPicker } from '../../../ui/person-picker';
import { PRIORITIES } from '../../case/properties/priority';
import type { Cell, Inline } from './context';
import { DueEditor, LabelsEditor } from './editors';

interface Props {
  item: Case;
  cell: Cell;
  inline: Inline;
  children: ReactNode;
}

export function OpenedCell({ item, cell, inline, children }: Props) {
  const close = () => inline.setOpen(null);
  const change: Inline['change'] = (request) => {
    close();
    inline.change(request);
  };
  if (cell === 'assignee')
    return (
      <PersonPicker
        kind="cases"
        id={item.id}
        current={item.assignee?.id ?? null}
        close={close}
        choose={(person) => change({ item, patch: { assignee: person?.id ?? null }, shown: { assignee: person } })}
      />
    );
  if (cell === 'due' || cell === 'labels')
    return (
      <Popover
        opened
        onChange={close}
        trapFocus
        returnFocus
        withinPortal
        shadow="md"
        width={290}
        position="bottom-start"
      >
        <Popover.Target>{children}</Popover.Target>
        <Popover.Dropdown aria-label={cell === 'due' ? t('Due') : t('Labels')}>
          {cell === 'due' ? (
            <DueEditor item={item} save={(dueAt) => change({ item, patch: { dueAt } })} />
          ) : (
            <LabelsEditor labels={item.labels} save={(labels) => change({ item, patch: { labels } })} />
          )}
        </Popover.Dropdown>
      </Popover>
    );
  const options =
    cell === 'priority'
      ? PRIORITIES.map(({ value, label }) => ({
          id: String(value),
          label: label(),
          isNow: value === item.priority,
          request: { item, patch: { priority: value } },
        }))
      : (inline.definitionOf(item)?.stages ?? []).map((stage) => ({
          id: stage.id,
          label: stage.name,
          isNow: stage.id === item.stage,
          request: { item, patch: { stage: stage.id }, shown: { stageName: stage.name } },
        }));
  return (
    <Menu opened onChange={close} withinPortal position="bottom-start" returnFocus>
      <Menu.Target>{children}</Menu.Target>
      <Menu.Dropdown>
        <MenuChoices
          choices={options.map(({ request, ...option }) => ({ ...option, choose: () => change(request) }))}
        />
      </Menu.Dropdown>
    </Menu>
  );
}
