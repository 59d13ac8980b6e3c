/** Deletes a calendar, once asked again; one that a case type counts by stays, and the server says which. */
import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, etag, take } from '../../api/client';
import type { Calendar } from '../../api/schema';
import { t } from '../../i18n';
import { report, told } from '../../ui/toast';

export function RemoveCalendar({ calendar: { id, name, version } }: { calendar: Calendar }) {
  const queries = useQueryClient();
  const [asked, setAsked] = useState(false);
  const remove = useMutation({
    mutationFn: () =>
      take(api.DELETE('/api/v1/calendars/{id}', { params: { path: { id } }, headers: { 'If-Match': etag(version) } })),
    onSuccess: () => told(t('Calendar {name} is deleted', { name })),
    onError: (error) => report(error, t('Not deleted')),
    onSettled: () => {
      setAsked(false);
      return queries.invalidateQueries({ queryKey: ['calendars'] });
    },
  });
  return (
    <Button
      size="xs"
      variant={asked ? 'filled' : 'default'}
      color={asked ? 'danger' : undefined}
      loading={remove.isPending}
      aria-label={asked ? t('Delete calendar {name} now', { name }) : t('Delete calendar {name}', { name })}
      onBlur={() => setAsked(false)}
      onClick={() => (asked ? remove.mutate() : setAsked(true))}
    >
      {asked ? t('Really delete?') : t('Delete')}
    </Button>
  );
}
