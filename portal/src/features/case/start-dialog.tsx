/** Before a process is started by hand: what it asks for, filled with what the case knows. */
import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { api, ApiError, take } from '../../api/client';
import { startFormQuery } from '../../api/by-hand';
import type { Case, CaseProcessRef } from '../../api/schema';
import { t } from '../../i18n';
import { later } from '../../ui/later';
import { Loaded, Loading } from '../../ui/states';
import { report, told } from '../../ui/toast';
import type { FormHandle } from '../forms/form-viewer';

const FormViewer = later(async () => (await import('../forms/form-viewer')).FormViewer, <Loading />);

export function StartDialog({ item, process, close }: { item: Case; process: CaseProcessRef; close: () => void }) {
  const queries = useQueryClient();
  const query = useQuery(startFormQuery(item.id, process.key));
  const form = useRef<FormHandle>(null);
  const [collecting, setCollecting] = useState(false);
  const start = useMutation({
    mutationFn: (variables: Record<string, unknown>) =>
      take(
        api.POST('/api/v1/cases/{id}/processes', {
          params: { path: { id: item.id } },
          body: { key: process.key, variables },
        }),
      ),
    onSuccess: () => {
      form.current?.clearDraft();
      told(t('{name} started', { name: process.name }));
      close();
      return queries.invalidateQueries({ queryKey: ['case'] });
    },
    onError: (error) => {
      // What was filled in stays, and says what is wrong with it.
      if (error instanceof ApiError && error.status === 422 && error.errors.length > 0 && form.current !== null)
        form.current.showErrors(error.errors);
      else report(error, t('The process was not started'));
    },
  });
  const submit = async () => {
    if (start.isPending || collecting) return;
    setCollecting(true);
    const data = await (form.current?.submit() ?? Promise.resolve({})).finally(() => setCollecting(false));
    if (data !== null) start.mutate(data);
  };
  return (
    <Modal
      opened
      onClose={close}
      size={query.data?.form == null ? 'md' : 'lg'}
      title={t('Start {name}?', { name: process.name })}
      closeButtonProps={{ 'aria-label': t('Close') }}
    >
      <Stack>
        <Text size="sm">{t('The process starts at once for {number}.', { number: item.number })}</Text>
        <Loaded query={query}>
          {({ form: schema, data }) =>
            schema != null && (
              <FormViewer ref={form} schema={schema} data={data} draftKey={`start.${item.id}.${process.key}`} />
            )
          }
        </Loaded>
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            {t('Cancel')}
          </Button>
          <Button
            loading={start.isPending || collecting}
            disabled={query.data === undefined}
            onClick={() => void submit()}
            data-testid="process-start"
          >
            {t('Start')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
