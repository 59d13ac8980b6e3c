/** One of what a definition offers: a status or a stage. */
import { Button, Menu } from '@mantine/core';
import { t } from '../../i18n';
import { Icon } from '../../ui/icons';

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
  // A menu gives the keyboard to its first entry, unless that one cannot be chosen.
  const first = options.find((option) => option.id !== current)?.id;
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
        {options.map((option) => (
          <Menu.Item
            key={option.id}
            disabled={option.id === current}
            data-autofocus={option.id === first || undefined}
            onClick={() => choose(option)}
            rightSection={option.id === current ? <Icon name="check" size={14} /> : undefined}
          >
            {option.name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
