/** One of what a definition offers: a status or a stage. */
import { Button, Menu } from '@mantine/core';
import { t } from '../../i18n';
import { Icon } from '../../ui/icons';
import { MenuChoices } from '../../ui/menu-choices';

/** A button that says what it changes and what that is now. */
export function Choice<T extends { id: string; name: string }>({
  label,
  value,
  icon,
  options,
  current,
  choose,
  open,
  setOpen,
}: {
  label: string;
  value: string;
  icon: 'check' | 'stage';
  options: T[];
  current: string;
  choose: (option: T) => void;
  open: boolean;
  setOpen: (open: boolean) => void;
}) {
  return (
    <Menu position="bottom-end" withinPortal opened={open} onChange={setOpen}>
      <Menu.Target>
        <Button
          variant="default"
          leftSection={<Icon name={icon} size={15} />}
          rightSection={<Icon name="down" size={14} />}
          aria-label={t('{what}: {value}. Change', { what: label, value })}
          data-testid={`choose-${icon}`}
        >
          {label}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <MenuChoices
          choices={options.map((option) => ({
            id: option.id,
            label: option.name,
            isNow: option.id === current,
            choose: () => choose(option),
          }))}
        />
      </Menu.Dropdown>
    </Menu>
  );
}
