/** One signature: what it says, below the mails of which mailbox, and who may use it. */
import { Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { api, ApiError, take } from '../../api/client';
import { groupsQuery } from '../../api/queries';
import type { NewSignature, Signature } from '../../api/schema';
import { useCan } from '../../app/permissions';
import { t } from '../../i18n';
import { report, told } from '../../ui/toast';
import { AudienceField } from './template-audience';
import { TemplateTexts } from './template-texts';

const FRESH: NewSignature = { name: '', audience: { kind: 'private' }, texts: { en: '{{me.name}}' } };

export function SignatureDialog({ kept, close }: { kept: Signature | null; close: () => void }) {
  const queries = useQueryClient();
  const can = useCan();
  const groups = useQuery(groupsQuery).data ?? [];
  const [signature, setSignature] = useState<NewSignature>(() => {
    if (kept === null) return FRESH;
    const { name, audience, mailbox, texts } = kept;
    return { name, audience, mailbox, texts };
  });
  const change = (part: Partial<NewSignature>) => setSignature({ ...signature, ...part });
  const done = async () => {
    told(t('Saved'));
    await queries.invalidateQueries({ queryKey: ['signatures'] });
    close();
  };
  const save = useMutation({
    mutationFn: () =>
      kept === null
        ? take(api.POST('/api/v1/signatures', { body: signature }))
        : take(
            api.PUT('/api/v1/signatures/{id}', {
              params: { path: { id: kept.id }, header: { 'If-Match': `"${kept.version}"` } },
              body: signature,
            }),
          ),
    onSuccess: done,
    onError: (error) => {
      if (!(error instanceof ApiError && error.errors.length > 0)) report(error, t('Not saved'));
    },
  });
  const remove = useMutation({
    mutationFn: (id: string) => take(api.DELETE('/api/v1/signatures/{id}', { params: { path: { id } } })),
    onSuccess: done,
    onError: (error) => report(error, t('Not deleted')),
  });
  const faults = save.error instanceof ApiError ? save.error.errors : [];
  const fault = (pointer: string) => faults.find((each) => each.pointer === pointer)?.detail ?? null;
  const isReadOnly = kept !== null && !kept.isChangeable;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <Modal
      opened
      onClose={close}
      size="lg"
      title={kept === null ? t('New signature') : kept.name}
      closeButtonProps={{ 'aria-label': t('Close') }}
    >
      <form onSubmit={submit}>
        <fieldset disabled={isReadOnly} style={{ border: 0, padding: 0, margin: 0 }}>
          <Stack gap="sm">
            <TextInput
              label={t('Name')}
              required
              value={signature.name}
              error={fault('/name')}
              onChange={(event) => change({ name: event.currentTarget.value })}
              data-testid="signature-name"
            />
            <TextInput
              label={t('Mailbox')}
              description={t('The address it is for; empty: every mailbox')}
              value={signature.mailbox ?? ''}
              error={fault('/mailbox')}
              onChange={(event) => change({ mailbox: event.currentTarget.value || null })}
            />
            {can('mail-template:share') && (
              <AudienceField
                audience={signature.audience ?? { kind: 'private' }}
                groups={groups}
                error={fault('/audience/groups')}
                change={(audience) => change({ audience })}
              />
            )}
            <TemplateTexts
              texts={Object.fromEntries(
                Object.entries(signature.texts).map(([language, body]) => [language, { subject: '', body }]),
              )}
              fault={(pointer) => fault(pointer.replace(/\/body$/, ''))}
              withSubject={false}
              change={(texts) =>
                change({
                  texts: Object.fromEntries(Object.entries(texts).map(([language, { body }]) => [language, body])),
                })
              }
            />
          </Stack>
        </fieldset>
        {!isReadOnly && (
          <Group justify="space-between" mt="md">
            {kept !== null && (
              <Button variant="default" onClick={() => remove.mutate(kept.id)} loading={remove.isPending}>
                {t('Delete')}
              </Button>
            )}
            <Button type="submit" loading={save.isPending} data-testid="signature-save">
              {t('Save')}
            </Button>
          </Group>
        )}
      </form>
    </Modal>
  );
}
