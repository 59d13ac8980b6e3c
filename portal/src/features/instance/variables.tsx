/** Variables of an instance in all its scopes: read, set, added, removed, and who gave them which value. */
import { ActionIcon, Button, Group, Menu, Text } from '@mantine/core';
import { useState } from 'react';
import { api, take } from '../../api/client';
import { variablesQuery, type ScopedVariable } from '../../api/instances';
import { useCan } from '../../app/permissions';
import { t } from '../../i18n';
import { Tag } from '../../ui/badges';
import { Icon } from '../../ui/icons';
import { later } from '../../ui/later';
import { useChange } from './change';
import { ActionsHead, PanelList, type PanelProps } from './list';
import { isEditable } from './typed-value';
import { VariableValue } from './variable-value';

const VariableDialog = later(async () => (await import('./variable-dialog')).VariableDialog);
const VariableHistory = later(async () => (await import('./variable-history')).VariableHistory);
const Confirm = later(async () => (await import('./confirm')).Confirm);

type Open = { what: 'edit' | 'history' | 'remove'; variable: ScopedVariable } | { what: 'add' } | null;

export function Variables({ instance, element, nameOf, isEnded }: PanelProps) {
  const may = useCan()('process-instance:update') && !isEnded;
  const [open, setOpen] = useState<Open>(null);
  const change = useChange();
  const close = () => setOpen(null);
  const remove = ({ name, scope }: ScopedVariable) =>
    change.mutate(
      {
        run: () =>
          take(
            api.DELETE('/api/v1/process-instances/{id}/variables/{name}', {
              params: { path: { id: instance, name }, query: { scope: scope.id } },
            }),
          ),
        done: t('The variable {name} is removed', { name }),
        failed: t('Nothing was changed'),
      },
      { onSuccess: close },
    );
  return (
    <>
      {may && (
        <Group justify="flex-end" px="md" pt="sm">
          <Button
            size="xs"
            variant="default"
            leftSection={<Icon name="plus" size={14} />}
            onClick={() => setOpen({ what: 'add' })}
            data-testid="variable-add"
          >
            {t('Add a variable')}
          </Button>
        </Group>
      )}
      <PanelList
        query={variablesQuery(instance, element)}
        caption={t('Variables')}
        none={t('It has no variables.')}
        isChosen={element !== null}
        head={
          <>
            <th scope="col">{t('Name')}</th>
            <th scope="col" className="cw-hide-narrow">
              {t('Type')}
            </th>
            <th scope="col" className="cw-hide-narrow">
              {t('Scope')}
            </th>
            <th scope="col">{t('Value')}</th>
            <ActionsHead />
          </>
        }
        row={(variable) => (
          <tr key={variable.id} data-testid={`variable-${variable.name}`}>
            <th scope="row">
              {variable.name}
              {variable.isReserved && (
                <Text size="xs" c="dimmed">
                  {t('Set by the platform alone')}
                </Text>
              )}
              <Text size="xs" c="dimmed" component="div" className="cw-only-narrow">
                {variable.type} · {scopeName(variable, nameOf)}
              </Text>
            </th>
            <td className="cw-hide-narrow">
              <Tag>{variable.type}</Tag>
            </td>
            <td className="cw-hide-narrow">{scopeName(variable, nameOf)}</td>
            <td>
              <VariableValue instance={instance} variable={variable} />
            </td>
            <td style={{ textAlign: 'right' }}>
              <VariableMenu variable={variable} mayChange={may} choose={setOpen} />
            </td>
          </tr>
        )}
      />
      {open?.what === 'add' && <VariableDialog instance={instance} variable={null} close={close} />}
      {open?.what === 'edit' && <VariableDialog instance={instance} variable={open.variable} close={close} />}
      {open?.what === 'history' && <VariableHistory instance={instance} variable={open.variable} close={close} />}
      {open?.what === 'remove' && (
        <Confirm
          title={t('Remove the variable {name}?', { name: open.variable.name })}
          action={t('Remove')}
          isBusy={change.isPending}
          confirm={() => remove(open.variable)}
          close={close}
        >
          {t('What the model reads of it may fail. Its history stays.')}
        </Confirm>
      )}
    </>
  );
}

function VariableMenu({
  variable,
  mayChange,
  choose,
}: {
  variable: ScopedVariable;
  mayChange: boolean;
  choose: (open: Open) => void;
}) {
  const may = mayChange && !variable.isReserved;
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon
          variant="subtle"
          aria-label={t('Actions for {name}', { name: variable.name })}
          data-testid="variable-menu"
        >
          <Icon name="dots" size={16} stroke={3} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {may && isEditable(variable.type) && (
          <Menu.Item onClick={() => choose({ what: 'edit', variable })}>{t('Edit')}</Menu.Item>
        )}
        <Menu.Item onClick={() => choose({ what: 'history', variable })}>{t('History')}</Menu.Item>
        {may && <Menu.Item onClick={() => choose({ what: 'remove', variable })}>{t('Remove')}</Menu.Item>}
      </Menu.Dropdown>
    </Menu>
  );
}

function scopeName({ scope }: ScopedVariable, nameOf: PanelProps['nameOf']): string {
  if (scope.isInstance) return t('Whole instance');
  return scope.elementName ?? nameOf(scope.elementId);
}
