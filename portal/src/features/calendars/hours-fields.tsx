/** The same window on some days of the week. */
import { Button, Chip, Group, Stack, Text, TextInput } from '@mantine/core';
import { t } from '../../i18n';
import { dayName, DAYS } from './days';

export interface Hours {
  days: string[];
  from: string;
  to: string;
}
export const WEEK: Hours = { days: DAYS.slice(0, 5), from: '09:00', to: '17:00' };

interface HoursProps {
  hours: Hours;
  error: string | undefined;
  change: (hours: Hours) => void;
  remove: (() => void) | null;
}
export function HoursFields({ hours, error, change, remove }: HoursProps) {
  return (
    <fieldset style={{ border: '1px solid var(--cw-line)', borderRadius: 8, padding: 12, margin: 0 }}>
      <legend>{t('Working hours')}</legend>
      <Stack gap="xs">
        <Chip.Group multiple value={hours.days} onChange={(days) => change({ ...hours, days })}>
          <Group gap={6}>
            {DAYS.map((day) => (
              <Chip key={day} value={day} size="xs">
                {dayName(day)}
              </Chip>
            ))}
          </Group>
        </Chip.Group>
        <Group align="flex-end">
          <TextInput
            label={t('From')}
            w={110}
            value={hours.from}
            onChange={(event) => change({ ...hours, from: event.currentTarget.value })}
          />
          <TextInput
            label={t('Until')}
            w={110}
            value={hours.to}
            onChange={(event) => change({ ...hours, to: event.currentTarget.value })}
          />
          {remove !== null && (
            <Button variant="default" size="xs" onClick={remove}>
              {t('Remove hours')}
            </Button>
          )}
        </Group>
        {error !== undefined && (
          <Text size="xs" c="var(--mantine-color-error)" role="alert">
            {error}
          </Text>
        )}
      </Stack>
    </fieldset>
  );
}
