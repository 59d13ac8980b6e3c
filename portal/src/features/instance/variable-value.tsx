/** The value of a variable: a line of it in the list, all of it when it is opened; what is large is fetched only then. */
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { variableQuery, type ScopedVariable } from '../../api/instances';
import { t } from '../../i18n';
import { bytes, dateTime } from '../../lib/format';
import { Loaded } from '../../ui/states';
import { isLong, line } from './typed-value';

export function VariableValue({ instance, variable }: { instance: string; variable: ScopedVariable }) {
  const [isOpen, setOpen] = useState(false);
  const hasMore = variable.isLarge || isLong(variable.value);
  return (
    <div style={{ overflowWrap: 'anywhere' }}>
      {!isOpen && <Short variable={variable} />}
      {hasMore && (
        <Button
          variant="subtle"
          size="compact-xs"
          aria-expanded={isOpen}
          onClick={() => setOpen(!isOpen)}
          data-testid="variable-open"
        >
          {isOpen ? t('Show less') : t('Show all of {size}', { size: bytes(variable.size) })}
        </Button>
      )}
      {isOpen && <Whole instance={instance} variable={variable} />}
    </div>
  );
}

function Short({ variable: { isLarge, type, value } }: { variable: ScopedVariable }) {
  if (isLarge) return null;
  return <ShownValue type={type} value={value} />;
}

/** A value as a line. Times are told as the reader has them. */
export function ShownValue({ type, value }: { type: string; value: unknown }) {
  if (value === null || value === undefined) return <i>{t('no value')}</i>;
  if (value === '') return <i>{t('empty text')}</i>;
  if (type === 'Date' && typeof value === 'string')
    return <span>{dateTime(value.replace(/([+-]\d\d)(\d\d)$/, '$1:$2'))}</span>;
  if (typeof value === 'boolean') return <span>{value ? t('Yes') : t('No')}</span>;
  return <span style={{ overflowWrap: 'anywhere' }}>{line(value)}</span>;
}

function Whole({ instance, variable }: { instance: string; variable: ScopedVariable }) {
  const { name, scope, isLarge, value } = variable;
  const query = useQuery({ ...variableQuery(instance, name, scope.id), enabled: isLarge });
  if (!isLarge) return <Json name={name} value={value} />;
  return (
    <Loaded query={query} rows={2}>
      {(whole) => <Json name={name} value={whole.value} />}
    </Loaded>
  );
}

function Json({ name, value }: { name: string; value: unknown }) {
  return (
    <pre className="cw-json" tabIndex={0} role="region" aria-label={t('Value of {name}', { name })}>
      {typeof value === 'string' ? value : JSON.stringify(value, null, 2)}
    </pre>
  );
}
