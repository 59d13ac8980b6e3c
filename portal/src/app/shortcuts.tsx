/** Keyboard shortcuts with their help. Single keys can be switched off (WCAG 2.1.4) and never fire while someone types. */
import { Group, Modal, Stack, Switch, Table, Text } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { t } from '../i18n';
import { placesFor } from './navigation';
import { useCan } from './permissions';

const STORED = 'casewright.shortcuts';
const SEQUENCE_MS = 1_200;
const enabled = () => localStorage.getItem(STORED) !== 'off';

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable ||
      target.closest('input, textarea, select, [role="dialog"], [role="menu"], .fjs-container') !== null)
  );
}

export function useShortcuts(openHelp: () => void): void {
  const navigate = useNavigate();
  const can = useCan();
  useEffect(() => {
    let prefixAt = 0;
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || !enabled()) return;
      if (Date.now() - prefixAt < SEQUENCE_MS) {
        prefixAt = 0;
        const place = placesFor(can).find((each) => each.key === event.key);
        if (place !== undefined) {
          event.preventDefault();
          void navigate({ to: place.to });
        }
        return;
      }
      if (event.key === 'g') prefixAt = Date.now();
      else if (event.key === '?') openHelp();
      else if (event.key === 'c' && can('case:create')) void navigate({ to: '/cases/new' });
      else if (event.key === '/') {
        event.preventDefault();
        document.querySelector<HTMLInputElement>('[data-search]')?.focus();
      }
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [navigate, openHelp, can]);
}

export function Shortcuts({ opened, close }: { opened: boolean; close: () => void }) {
  const [on, setOn] = useState(enabled);
  const can = useCan();
  const rows: [string[], string][] = [
    [['Ctrl', 'K'], t('Search and commands')],
    [['?'], t('This help')],
    [['/'], t('Search in the list')],
    ...(can('case:create') ? [[['c'], t('New case')] as [string[], string]] : []),
    [['j'], t('Next row')],
    [['k'], t('Previous row')],
    [['Enter'], t('Open the row')],
    [['Ctrl', 'Enter'], t('Send or complete')],
    [['p'], t('Priority of the case')],
    [['d'], t('Due date of the case')],
    [['l'], t('Labels of the case')],
    ...placesFor(can).map((place): [string[], string] => [['g', place.key], place.label]),
  ];
  return (
    <Modal
      opened={opened}
      onClose={close}
      title={t('Keyboard shortcuts')}
      size="md"
      closeButtonProps={{ 'aria-label': t('Close') }}
    >
      <Stack gap="sm">
        <Switch
          checked={on}
          label={t('Single-key shortcuts')}
          onChange={(event) => {
            localStorage.setItem(STORED, event.currentTarget.checked ? 'on' : 'off');
            setOn(event.currentTarget.checked);
          }}
        />
        <Table>
          <Table.Tbody>
            {rows.map(([keys, label]) => (
              <Table.Tr key={label + keys.join()}>
                <Table.Td>
                  <Group gap={4}>
                    {keys.map((key) => (
                      <kbd key={key} className="cw-kbd">
                        {key}
                      </kbd>
                    ))}
                  </Group>
                </Table.Td>
                <Table.Td>
                  <Text size="sm">{label}</Text>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Stack>
    </Modal>
  );
}
