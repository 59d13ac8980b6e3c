/** Priority of a case: one click. */
import { Button, Menu } from '@mantine/core';
import { t } from '../../../i18n';
import { Priority, priorityName } from '../../../ui/badges';
import { MenuChoices } from '../../../ui/menu-choices';
import { button, Fact, type PropertyProps } from './property';

/** The levels people choose from; any number from 0 to 100 can come from elsewhere. */
export const PRIORITIES: { value: number; label: () => string }[] = [
  { value: 90, label: () => t('High') },
  { value: 50, label: () => t('Normal') },
  { value: 20, label: () => t('Low') },
];

export function PriorityProperty({ item, may, change, open, setOpen }: PropertyProps) {
  if (!may)
    return (
      <Fact label={t('Priority')}>
        <Priority value={item.priority} />
      </Fact>
    );
  return (
    <Fact label={t('Priority')}>
      <Menu
        withinPortal
        position="bottom-start"
        opened={open === 'priority'}
        onChange={(opened) => setOpen(opened ? 'priority' : null)}
      >
        <Menu.Target>
          <Button
            {...button}
            aria-label={t('Priority: {value}. Change', { value: priorityName(item.priority) })}
            data-testid="case-priority"
          >
            <Priority value={item.priority} />
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <MenuChoices
            choices={PRIORITIES.map(({ value, label }) => ({
              id: String(value),
              label: label(),
              isNow: value === item.priority,
              // A priority between the levels is called by one of them, and may still become it.
              isMarked: priorityName(value) === priorityName(item.priority),
              choose: () => change({ patch: { priority: value } }),
            }))}
          />
        </Menu.Dropdown>
      </Menu>
    </Fact>
  );
}
