/** The entries of a menu that says what something is now: that one is marked and cannot be chosen again. */
import { Menu } from '@mantine/core';
import { Icon } from './icons';

export interface MenuChoice {
  id: string;
  label: string;
  /** It is so already. */
  isNow: boolean;
  /** The mark; without it: what it is now. */
  isMarked?: boolean;
  choose: () => void;
}

export function MenuChoices({ choices }: { choices: MenuChoice[] }) {
  // A menu gives the keyboard to its first entry; where that one cannot be chosen nobody would have it.
  const first = choices.find((choice) => !choice.isNow);
  return choices.map((choice) => (
    <Menu.Item
      key={choice.id}
      disabled={choice.isNow}
      data-autofocus={choice === first || undefined}
      onClick={choice.choose}
      rightSection={(choice.isMarked ?? choice.isNow) ? <Icon name="check" size={14} /> : undefined}
    >
      {choice.label}
    </Menu.Item>
  ));
}
