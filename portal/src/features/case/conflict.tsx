/** After a 412: what the other person changed, what we wanted, and the choice between the two. */
import { Button, Group, Modal, Stack, Table, Text } from '@mantine/core';
import type { CaseDefinition } from '../../api/schema';
import { t } from '../../i18n';
import { changes } from '../../lib/diff';
import { fieldValue } from '../../lib/format';
import { Tag } from '../../ui/badges';
import { fieldsOf } from '../fields/field';
import { usePatchCase, type Conflict } from './actions';

export function ConflictDialog({
  conflict,
  definition,
  close,
}: {
  conflict: Conflict | null;
  definition: CaseDefinition | undefined;
  close: () => void;
}) {
  const patch = usePatchCase();
  if (conflict === null) return null;
  const { request, theirs } = conflict;
  const named = fieldsOf(definition);
  const text = (property: string, value: unknown) => {
    const key = fieldKey(property);
    return key === null ? fieldValue(value) : named.text(key, value);
  };
  const label = (property: string) => {
    const names: Record<string, string> = {
      title: t('Title'),
      stageName: t('Stage'),
      statusName: t('Status'),
      queue: t('Queue'),
      priority: t('Priority'),
      assignee: t('Assignee'),
      dueAt: t('Due'),
      labels: t('Labels'),
    };
    return names[property] ?? named.label(fieldKey(property) ?? property);
  };
  const mine: Record<string, unknown> = { ...request.patch, ...request.shown };
  for (const [key, value] of Object.entries(request.patch.fields ?? {})) mine[`fields.${key}`] = value;
  const rows = changes(request.item, theirs, mine, label);
  const collides = rows.some((row) => row.collides);
  return (
    <Modal
      opened
      onClose={close}
      size="lg"
      title={t('Someone changed this case meanwhile')}
      closeButtonProps={{ 'aria-label': t('Close') }}
    >
      <Stack>
        <Text size="sm">
          {collides
            ? t('Your change and theirs touch the same place. Choose which one stays.')
            : t('Their changes do not touch yours. You can save yours on top.')}
        </Text>
        {rows.length > 0 && (
          <Table data-testid="conflict-table">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('What')}</Table.Th>
                <Table.Th>{t('Before')}</Table.Th>
                <Table.Th>{t('Now')}</Table.Th>
                <Table.Th>{t('Yours')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {rows.map((row) => (
                <Table.Tr key={row.property}>
                  <Table.Th scope="row">
                    {row.label} {row.collides && <Tag tone="warning">{t('conflict')}</Tag>}
                  </Table.Th>
                  <Table.Td>{text(row.property, row.before)}</Table.Td>
                  <Table.Td>{text(row.property, row.theirs)}</Table.Td>
                  <Table.Td>{row.mine === undefined ? '–' : text(row.property, row.mine)}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        )}
        <Group justify="flex-end">
          <Button
            variant="default"
            onClick={() => {
              request.settled?.();
              close();
            }}
          >
            {t('Keep theirs')}
          </Button>
          <Button
            onClick={() => {
              patch.mutate({ ...request, item: theirs, done: t('Saved'), quiet: false });
              close();
            }}
          >
            {t('Save mine')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

/** The key in `fields.key`; null for a property of the case itself. */
function fieldKey(property: string): string | null {
  return property.startsWith('fields.') ? property.slice('fields.'.length) : null;
}
