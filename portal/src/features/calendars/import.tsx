/** Adds the holidays of a calendar file (iCalendar). */
import { Button, FileButton } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, etag, take } from '../../api/client';
import type { Calendar } from '../../api/schema';
import { plural, t } from '../../i18n';
import { report, told } from '../../ui/toast';

export function ImportHolidays({ calendar: { id, name, version } }: { calendar: Calendar }) {
  const queries = useQueryClient();
  const add = useMutation({
    mutationFn: async (file: File) =>
      take(
        api.POST('/api/v1/calendars/{id}/holidays', {
          params: { path: { id } },
          body: { ics: await file.text() },
          headers: { 'If-Match': etag(version) },
        }),
      ),
    onSuccess: ({ added }) => told(plural('{count} holiday added', '{count} holidays added', added)),
    onError: (error) => report(error, t('No holidays were added')),
    onSettled: () => queries.invalidateQueries({ queryKey: ['calendars'] }),
  });
  return (
    <FileButton accept="text/calendar,.ics" onChange={(file) => file !== null && add.mutate(file)}>
      {(props) => (
        <Button
          {...props}
          size="xs"
          variant="default"
          loading={add.isPending}
          aria-label={t('Add holidays of a calendar file to {name}', { name })}
        >
          {t('Add holidays')}
        </Button>
      )}
    </FileButton>
  );
}
