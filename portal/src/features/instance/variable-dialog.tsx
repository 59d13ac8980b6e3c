/** Sets a variable, or adds one to the whole instance: the value has to be one of its type before it is sent. */
import { Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { ApiError, api, take } from '../../api/client';
import { variableQuery, type ScopedVariable } from '../../api/instances';
import { t } from '../../i18n';
import { Notice } from '../../ui/notice';
import { Loaded } from '../../ui/states';
import { useChange } from './change';
import { isEditable, read, written, type ValueType } from './typed-value';
import { TypeInput, ValueInput } from './value-input';

interface Props {
  instance: string;
  /** None: a new one. */
  variable: ScopedVariable | null;
  close: () => void;
}

export function VariableDialog({ instance, variable, close }: Props) {
  // A large value is not in the list: it is fetched before it can be edited.
  const whole = useQuery({
    ...variableQuery(instance, variable?.name ?? '', variable?.scope.id ?? ''),
    enabled: variable?.isLarge === true,
  });
  return (
    <Modal
      opened
      onClose={close}
      size="lg"
      title={variable === null ? t('Add a variable') : t('Edit {name}', { name: variable.name })}
      closeButtonProps={{ 'aria-label': t('Close') }}
    >
      {variable?.isLarge === true ? (
        <Loaded query={whole} rows={3}>
          {(known) => <VariableForm instance={instance} variable={known} close={close} />}
        </Loaded>
      ) : (
        <VariableForm instance={instance} variable={variable} close={close} />
      )}
    </Modal>
  );
}

function VariableForm({ instance, variable, close }: Props) {
  const before: ValueType = variable !== null && isEditable(variable.type) ? variable.type : 'String';
  const [name, setName] = useState(variable?.name ?? '');
  const [type, setType] = useState<ValueType>(before);
  const [text, setText] = useState(variable === null ? '' : written(before, variable.value));
  const [isTried, setTried] = useState(false);
  const change = useChange({ quiet: true });
  const found = read(type, text);
  const fault = 'fault' in found ? found.fault : null;
  const nameFault = name.trim() === '' ? t('Enter a name') : null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if ('fault' in found || nameFault !== null || change.isPending) return;
    const body = { type, value: found.value, scope: variable?.scope.id };
    change.mutate(
      {
        run: () =>
          take(
            api.PUT('/api/v1/process-instances/{id}/variables/{name}', {
              params: { path: { id: instance, name: name.trim() } },
              body,
            }),
          ),
        done: t('The variable {name} is set', { name: name.trim() }),
        failed: t('Nothing was changed'),
      },
      { onSuccess: close },
    );
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        {change.error !== null && (
          <Notice tone="danger" icon="incident" role="alert" title={t('Nothing was changed')}>
            {change.error instanceof ApiError && change.error.code === 'reserved-variable'
              ? t('Only the platform itself sets a variable of this name.')
              : change.error.message}
          </Notice>
        )}
        {variable === null && (
          <TextInput
            label={t('Name')}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            error={isTried ? nameFault : null}
            data-autofocus
            data-testid="variable-name"
          />
        )}
        <TypeInput
          type={type}
          change={(next) => {
            setType(next);
            if (next === 'Boolean' && text !== 'true') setText('false');
          }}
        />
        <ValueInput type={type} text={text} change={setText} fault={isTried ? fault : null} />
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            {t('Cancel')}
          </Button>
          <Button type="submit" loading={change.isPending} data-testid="variable-save">
            {t('Save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
