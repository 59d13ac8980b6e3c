/** The help in which keys are looked up and changed. */
import { Button, Group, Modal, Stack, Switch, Table, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { t } from '../i18n';
import { areKeysOn, commands, resetKeys, switchKeys, useBindings, type Where } from '../lib/keys';
import { KeyRow, Keys } from './key-row';
import { placesFor } from './navigation';
import { useCan } from './permissions';
import { shortcutOf } from './shortcuts';

/** Keys that are the same in every program, and stay as they are. */
const fixed = (): [string, string][] => [
  ['Ctrl K', t('Search and commands')],
  ['Enter', t('Open the row')],
  [t('Space'), t('Look at the row beside the list')],
  ['Ctrl Enter', t('Send or complete')],
];

export function Shortcuts({ opened, close }: { opened: boolean; close: () => void }) {
  const [on, setOn] = useState(areKeysOn);
  const [changing, setChanging] = useState<string | null>(null);
  const can = useCan();
  const chosen = useBindings();
  const places = placesFor(can).map(shortcutOf);
  const all = [...commands(), ...places];
  const groups: [string, Where][] = [
    [t('Everywhere'), 'everywhere'],
    [t('In a list'), 'list'],
    [t('In the notifications'), 'inbox'],
    [t('On a case'), 'case'],
    [t('On a task'), 'task'],
  ];
  return (
    <Modal
      opened={opened}
      onClose={close}
      title={t('Keyboard shortcuts')}
      size="lg"
      closeOnEscape={changing === null}
      closeButtonProps={{ 'aria-label': t('Close') }}
    >
      <Stack gap="sm">
        <Group justify="space-between">
          <Switch
            checked={on}
            label={t('Single-key shortcuts')}
            onChange={(event) => {
              switchKeys(event.currentTarget.checked);
              setOn(event.currentTarget.checked);
            }}
          />
          {Object.keys(chosen).length > 0 && (
            <Button size="compact-sm" variant="default" onClick={resetKeys} data-testid="keys-reset">
              {t('All keys as they were')}
            </Button>
          )}
        </Group>
        {groups.map(([label, where]) => (
          <section key={where} aria-label={label}>
            <Title order={3} size="sm">
              {label}
            </Title>
            <Table>
              <Table.Tbody>
                {where === 'everywhere' &&
                  fixed().map(([keys, name]) => (
                    <Table.Tr key={keys}>
                      <Table.Td w={130}>
                        <Keys of={keys} />
                      </Table.Td>
                      <Table.Td colSpan={2}>
                        <Text size="sm">{name}</Text>
                      </Table.Td>
                    </Table.Tr>
                  ))}
                {all
                  .filter((each) => each.where === where && (each.id !== 'new-case' || can('case:create')))
                  .map((each) => (
                    <KeyRow
                      key={each.id}
                      shortcut={each}
                      all={all}
                      chosen={chosen}
                      isChanging={changing === each.id}
                      change={setChanging}
                    />
                  ))}
              </Table.Tbody>
            </Table>
          </section>
        ))}
      </Stack>
    </Modal>
  );
}
