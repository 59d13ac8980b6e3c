/** A calendar while it is being written: its zone, windows of the week, holidays a line each. */
import { Button, Group, Modal, Stack, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { api, ApiError, etag, take } from '../../api/client';
import type { Calendar } from '../../api/schema';
import { t } from '../../i18n';
import { report, told } from '../../ui/toast';
import { holidaysOf, holidaysText, ownZone } from './days';
import { HoursFields, WEEK, type Hours } from './hours-fields';

export function CalendarDialog({ calendar, close }: { calendar: Calendar | null; close: () => void }) {
  const queries = useQueryClient();
  const [id, setId] = useState(calendar?.id ?? '');
  const [name, setName] = useState(calendar?.name ?? '');
  const [zone, setZone] = useState(calendar?.timeZone ?? ownZone());
  const [hours, setHours] = useState<Hours[]>(calendar?.hours ?? [WEEK]);
  const [holidays, setHolidays] = useState(holidaysText(calendar?.holidays));
  const [regions, setRegions] = useState((calendar?.regions ?? []).join(', '));
  const body = () => ({
    name,
    description: calendar?.description ?? '',
    timeZone: zone,
    hours,
    holidays: holidaysOf(holidays),
    regions: regions
      .split(',')
      .map((region) => region.trim())
      .filter(Boolean),
  });
  const save = useMutation({
    mutationFn: () =>
      take(
        api.PUT('/api/v1/calendars/{id}', {
          params: { path: { id } },
          body: body(),
          headers: calendar === null ? {} : { 'If-Match': etag(calendar.version) },
        }),
      ),
    onSuccess: () => {
      told(t('Saved'));
      close();
    },
    onError: (error) => {
      if (!(error instanceof ApiError && error.status === 422)) report(error, t('Not saved'));
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ['calendars'] }),
  });
  const faults = save.error instanceof ApiError ? save.error.errors : [];
  const wrong = (...places: string[]) =>
    faults.find(({ pointer }) => places.some((place) => pointer === place || pointer?.startsWith(`${place}/`)))?.detail;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!save.isPending) save.mutate();
  };
  const title = calendar === null ? t('New calendar') : t('Change calendar {name}', { name: calendar.name });
  return (
    <Modal opened onClose={close} title={title} size="lg" closeButtonProps={{ 'aria-label': t('Close') }}>
      <form onSubmit={submit} noValidate>
        <Stack>
          {calendar === null && (
            <TextInput
              label={t('Key')}
              required
              value={id}
              error={wrong('/id')}
              onChange={(event) => setId(event.currentTarget.value.trim())}
            />
          )}
          <TextInput
            label={t('Name')}
            required
            value={name}
            error={wrong('/name')}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <TextInput
            label={t('Time zone')}
            required
            value={zone}
            error={faults.find(({ pointer }) => pointer === '')?.detail}
            onChange={(event) => setZone(event.currentTarget.value)}
          />
          {hours.map((each, index) => (
            <HoursFields
              key={index}
              hours={each}
              error={wrong(`/hours/${index}`)}
              change={(next) => setHours(hours.map((old, place) => (place === index ? next : old)))}
              remove={hours.length > 1 ? () => setHours(hours.filter((_, place) => place !== index)) : null}
            />
          ))}
          <Group>
            <Button variant="default" size="xs" onClick={() => setHours([...hours, WEEK])}>
              {t('Add hours')}
            </Button>
          </Group>
          <Textarea
            label={t('Holidays')}
            description={t('A line each: 2026-12-25 Christmas [DE-BY]')}
            autosize
            minRows={3}
            maxRows={10}
            value={holidays}
            error={wrong('/holidays')}
            onChange={(event) => setHolidays(event.currentTarget.value)}
          />
          <TextInput
            label={t('Regions whose holidays count')}
            description={t('Separated by commas; holidays without a region count everywhere.')}
            value={regions}
            onChange={(event) => setRegions(event.currentTarget.value)}
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              {t('Cancel')}
            </Button>
            <Button type="submit" loading={save.isPending}>
              {t('Save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
