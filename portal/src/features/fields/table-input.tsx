/** Rows with a value for each column; every cell is edited as a field of its type is. */
import { Button, Group, Input, Stack, Text } from '@mantine/core';
import { t } from '../../i18n';
import { Icon } from '../../ui/icons';
import { CellInput } from './cell-input';
import type { EditorProps } from './editor';

type Row = Record<string, unknown>;

const rowsIn = (value: unknown): Row[] =>
  Array.isArray(value)
    ? value.map((row) => (typeof row === 'object' && row !== null && !Array.isArray(row) ? (row as Row) : {}))
    : [];

export function TableInput({ field, label, description, required, error, value, change }: EditorProps) {
  const rows = rowsIn(value);
  const set = (next: Row[]) => change(next.length === 0 ? null : next);
  const isFull = field.maxItems != null && rows.length >= field.maxItems;
  return (
    <Stack gap={6} role="group" aria-label={label}>
      <Input.Label labelElement="div" required={required}>
        {label}
      </Input.Label>
      {description !== undefined && (
        <Text size="xs" c="dimmed">
          {description}
        </Text>
      )}
      {rows.map((row, index) => (
        <Group
          // Rows have no name of their own; what is typed is in the value, not in the row.
          key={`row-${String(index)}`}
          role="group"
          aria-label={t('{label}, row {count}', { label, count: index + 1 })}
          className="cw-table-row"
          align="flex-end"
          gap="xs"
          wrap="wrap"
        >
          {(field.columns ?? []).map((column) => (
            <div key={column.key} style={{ flex: '1 1 150px', minWidth: 0 }}>
              <CellInput
                column={column}
                value={row[column.key]}
                change={(cell) =>
                  set(rows.map((each, place) => (place === index ? withCell(each, column.key, cell) : each)))
                }
              />
            </div>
          ))}
          <Button
            size="compact-sm"
            variant="subtle"
            mb={4}
            aria-label={t('Remove row {count} of {label}', { label, count: index + 1 })}
            onClick={() => set(rows.filter((_, place) => place !== index))}
          >
            <Icon name="close" size={15} />
          </Button>
        </Group>
      ))}
      <Group>
        <Button
          variant="default"
          size="xs"
          disabled={isFull}
          leftSection={<Icon name="plus" size={15} />}
          onClick={() => set([...rows, {}])}
        >
          {t('Add a row to {label}', { label })}
        </Button>
      </Group>
      {error !== undefined && (
        <Text size="xs" role="alert" style={{ color: 'var(--cw-danger-fg)' }}>
          {error}
        </Text>
      )}
    </Stack>
  );
}

function withCell(row: Row, key: string, cell: unknown): Row {
  const { [key]: _, ...others } = row;
  return cell === null ? others : { ...others, [key]: cell };
}
