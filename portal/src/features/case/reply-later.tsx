/** When a mail leaves: at once, or at a time that the writer chooses. */
import { Button, Group, Popover, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import { t } from '../../i18n';
import { Icon } from '../../ui/icons';

const two = (value: number) => String(value).padStart(2, '0');

/** As a field of the browser wants it: local time to the minute. */
export function localTime(at: Date): string {
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day}T${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** Eight in the morning, so many days from now. */
export function morning(now: Date, days: number): Date {
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, 8);
}

/** Days until the next Monday. */
export function untilMonday(now: Date): number {
  return (8 - now.getDay()) % 7 || 7;
}

export function SendLater({ disabled, choose }: { disabled: boolean; choose: (at: string) => void }) {
  const [opened, setOpened] = useState(false);
  const [at, setAt] = useState('');
  // The time it was opened at: what is offered does not move while it is read.
  const [now, setNow] = useState(() => new Date());
  const pick = (when: Date) => {
    setOpened(false);
    choose(when.toISOString());
  };
  const own = at === '' ? null : new Date(at);
  return (
    <Popover opened={opened} onChange={setOpened} position="top-end" trapFocus withinPortal>
      <Popover.Target>
        <Button
          variant="default"
          disabled={disabled}
          onClick={() => {
            setNow(new Date());
            setOpened(!opened);
          }}
          leftSection={<Icon name="clock" size={15} />}
          data-testid="reply-later"
        >
          {t('Later')}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap="xs">
          <Button variant="subtle" size="xs" onClick={() => pick(new Date(now.getTime() + 3_600_000))}>
            {t('In an hour')}
          </Button>
          <Button variant="subtle" size="xs" onClick={() => pick(morning(now, 1))}>
            {t('Tomorrow morning')}
          </Button>
          <Button variant="subtle" size="xs" onClick={() => pick(morning(now, untilMonday(now)))}>
            {t('Monday morning')}
          </Button>
          <Group gap="xs" align="flex-end">
            <TextInput
              type="datetime-local"
              label={t('At a time')}
              min={localTime(now)}
              value={at}
              onChange={(event) => setAt(event.currentTarget.value)}
              data-testid="reply-later-at"
            />
            <Button
              size="sm"
              disabled={own === null || Number.isNaN(own.getTime()) || own <= now}
              onClick={() => own !== null && pick(own)}
              data-testid="reply-later-send"
            >
              {t('Schedule')}
            </Button>
          </Group>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
