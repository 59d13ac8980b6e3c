/** Priority of a case: one click. */
import { Button, Menu } from '@mantine/core';
import { t } from '../../../i18n';
import { Priority, priorityName } from '../../../ui/badges';
import { Icon } from '../../../ui/icons';
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
          {PRIORITIES.map(({ value, label }) => (
            <Menu.Item
              key={value}
              disabled={value === item.priority}
              onClick={() => change({ patch: { priority: value } })}
              rightSection={
                priorityName(value) === priorityName(item.priority) ? <Icon name="check" size={14} /> : undefined
              }
            >
              {label()}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
    </Fact>
  );
}
