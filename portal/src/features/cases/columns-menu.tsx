/** Which columns the list shows: those that every case has, and the fields of the chosen kind of case. */
import { Button, Checkbox, Popover, ScrollArea, Stack } from '@mantine/core';
import { useState } from 'react';
import { t } from '../../i18n';
import { usePageActions } from '../../lib/page-actions';
import { Icon } from '../../ui/icons';
import { DEFAULT_COLUMNS } from './filters';
import { toggled } from './saved-views/saved-view';

interface Props {
  known: { id: string; header: string }[];
  chosen: readonly string[];
  change: (columns: string[] | null) => void;
}

export function ColumnsMenu({ known, chosen, change }: Props) {
  const [opened, setOpened] = useState(false);
  usePageActions([{ id: 'columns', run: () => setOpened(true) }]);
  const set = (id: string) => {
    const next = toggled(chosen, id);
    const ordered = known.filter((column) => next.includes(column.id)).map((column) => column.id);
    change(ordered.join() === DEFAULT_COLUMNS.join() ? null : ordered);
  };
  return (
    <Popover position="bottom-end" shadow="md" trapFocus opened={opened} onChange={setOpened}>
      <Popover.Target>
        <Button
          variant="default"
          size="xs"
          leftSection={<Icon name="board" size={14} />}
          onClick={() => setOpened(!opened)}
          className="cw-hide-narrow"
          data-testid="columns"
        >
          {t('Columns')}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t('Columns')}>
        <ScrollArea.Autosize mah={360}>
          <Stack gap="xs" pr="sm">
            {known.map((column) => (
              <Checkbox
                key={column.id}
                size="sm"
                label={column.header}
                checked={chosen.includes(column.id)}
                // A list without any title or number leads nowhere.
                disabled={column.id === 'title'}
                onChange={() => set(column.id)}
              />
            ))}
          </Stack>
        </ScrollArea.Autosize>
        <Button mt="sm" variant="subtle" size="xs" fullWidth onClick={() => change(null)}>
          {t('As it was')}
        </Button>
      </Popover.Dropdown>
    </Popover>
  );
}
