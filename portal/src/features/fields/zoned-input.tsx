/** A date and time with the time zone it is meant in, which stays with it. */
import { Group, Select, TextInput } from '@mantine/core';
import { useState } from 'react';
import { t } from '../../i18n';
import type { EditorProps } from './editor';
import { ownZone, zonedIn, zonedOf, zones } from './zoned';

export function ZonedInput({ label, description, required, error, value, change }: EditorProps) {
  const held = zonedIn(value);
  // An emptied field has no zone of its own; it keeps the one it had.
  const [last, setZone] = useState(() => held?.zone ?? ownZone());
  const zone = held?.zone ?? last;
  return (
    <Group grow align="flex-start" preventGrowOverflow={false} wrap="wrap">
      <TextInput
        label={label}
        description={description}
        required={required}
        error={error}
        type="datetime-local"
        value={held?.local ?? ''}
        onChange={(event) => change(zonedOf({ local: event.currentTarget.value, zone }))}
      />
      <Select
        label={t('Time zone of {label}', { label })}
        data={[...new Set([zone, ...zones()])]}
        searchable
        allowDeselect={false}
        value={zone}
        onChange={(next) => {
          if (next === null) return;
          setZone(next);
          if (held !== null) change(zonedOf({ local: held.local, zone: next }));
        }}
      />
    </Group>
  );
}
