/** `/calendars`: working time that case types share: hours of the week, breaks, holidays. */
import { Button, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { calendarsQuery } from '../../api/queries';
import type { Calendar } from '../../api/schema';
import { useCan } from '../../app/permissions';
import { plural, t } from '../../i18n';
import { Page } from '../../ui/page';
import { Empty, Loaded } from '../../ui/states';
import { Panel } from '../../ui/tabs';
import { CalendarDialog } from './calendar-dialog';
import { daysText } from './days';
import { ImportHolidays } from './import';
import { RemoveCalendar } from './remove';

export function CalendarList() {
  const query = useQuery(calendarsQuery);
  const may = useCan()('calendar:update');
  const [open, setOpen] = useState<Calendar | 'new' | null>(null);
  return (
    <Page
      title={t('Calendars')}
      width={860}
      actions={may && <Button onClick={() => setOpen('new')}>{t('New calendar')}</Button>}
    >
      <Loaded query={query} rows={3}>
        {(calendars) =>
          calendars.length === 0 ? (
            <Empty icon="clock" title={t('No calendars yet')}>
              {t('A calendar says when people work. Deadlines of case types count by it.')}
            </Empty>
          ) : (
            <Stack>
              {calendars.map((calendar) => (
                <Panel
                  key={calendar.id}
                  title={calendar.name}
                  actions={
                    may && (
                      <Group gap="xs">
                        <Button
                          size="xs"
                          variant="default"
                          aria-label={t('Change calendar {name}', { name: calendar.name })}
                          onClick={() => setOpen(calendar)}
                        >
                          {t('Change')}
                        </Button>
                        <ImportHolidays calendar={calendar} />
                        <RemoveCalendar calendar={calendar} />
                      </Group>
                    )
                  }
                >
                  <Facts calendar={calendar} />
                </Panel>
              ))}
            </Stack>
          )
        }
      </Loaded>
      {open !== null && <CalendarDialog calendar={open === 'new' ? null : open} close={() => setOpen(null)} />}
    </Page>
  );
}

function Facts({ calendar }: { calendar: Calendar }) {
  return (
    <Stack gap={4} data-testid="calendar">
      {calendar.hours.map((hours, index) => (
        <Text key={index} size="sm">
          {daysText(hours.days)} {hours.from}–{hours.to}
        </Text>
      ))}
      <Text size="sm" c="dimmed">
        {[
          calendar.timeZone,
          plural('{count} holiday', '{count} holidays', calendar.holidays?.length ?? 0),
          ...(calendar.regions ?? []),
        ].join(' · ')}
      </Text>
    </Stack>
  );
}
