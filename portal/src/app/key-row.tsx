/** One key of the help, and choosing another one for it. */
import { Button, Group, Table, Text, TextInput } from '@mantine/core';
import { useState, type KeyboardEvent } from 'react';
import { t } from '../i18n';
import { chooseKey, conflictOf, isKey, keyOf, PREFIX, type Bindings, type Shortcut } from '../lib/keys';

export function Keys({ of }: { of: string }) {
  if (of === '') return <Text size="sm">–</Text>;
  return (
    <Group gap={4} wrap="nowrap">
      {of.split(' ').map((key) => (
        <kbd key={key} className="cw-kbd">
          {key}
        </kbd>
      ))}
    </Group>
  );
}

interface Props {
  shortcut: Shortcut;
  all: readonly Shortcut[];
  chosen: Bindings;
  isChanging: boolean;
  /** Says which key is being changed; none when it is done. */
  change: (id: string | null) => void;
}

export function KeyRow({ shortcut, all, chosen, isChanging, change }: Props) {
  return (
    <Table.Tr data-testid={`key-${shortcut.id}`}>
      <Table.Td w={130}>
        <Keys of={keyOf(shortcut, chosen)} />
      </Table.Td>
      <Table.Td>
        <Text size="sm">{shortcut.label}</Text>
      </Table.Td>
      <Table.Td w={230} ta="right">
        {isChanging ? (
          <NewKey shortcut={shortcut} all={all} chosen={chosen} done={() => change(null)} />
        ) : (
          <Button
            size="compact-xs"
            variant="subtle"
            aria-label={t('Change the key of “{command}”', { command: shortcut.label })}
            onClick={() => change(shortcut.id)}
          >
            {t('Change')}
          </Button>
        )}
      </Table.Td>
    </Table.Tr>
  );
}

function NewKey({
  shortcut,
  all,
  chosen,
  done,
}: Pick<Props, 'shortcut' | 'all' | 'chosen'> & {
  done: () => void;
}) {
  const [refusal, setRefusal] = useState<string | null>(null);
  const press = (event: KeyboardEvent) => {
    if (event.key === 'Tab' || ['Shift', 'Control', 'Alt', 'AltGraph', 'Meta'].includes(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === 'Escape') return done();
    const pressed = event.key === 'Backspace' ? '' : event.key;
    const key = pressed !== '' && shortcut.key.startsWith(`${PREFIX} `) ? `${PREFIX} ${pressed}` : pressed;
    if (!isKey(key)) return setRefusal(t('This key cannot be used'));
    const other = conflictOf(all, chosen, shortcut.id, key);
    if (other !== null) return setRefusal(t('Already used for “{command}”', { command: other.label }));
    chooseKey(shortcut.id, key);
    done();
  };
  return (
    <TextInput
      size="xs"
      autoFocus
      readOnly
      value=""
      aria-label={t('New key of “{command}”', { command: shortcut.label })}
      placeholder={t('Press a key; Backspace for none')}
      error={refusal}
      onKeyDown={press}
      onBlur={done}
      data-testid="new-key"
    />
  );
}
