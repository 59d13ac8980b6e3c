/** My second factor: whether there is one, setting one up, another one in its place, taking it away. */
import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { api, take } from '../../api/client';
import { ownFactorQuery, ownSessionsQuery } from '../../api/accounts';
import { plural, t } from '../../i18n';
import { TimeAgo } from '../../ui/badges';
import { Notice } from '../../ui/notice';
import { Loaded } from '../../ui/states';
import { Panel } from '../../ui/tabs';
import { told } from '../../ui/toast';
import { EnrolmentDialog } from './enrolment';
import { fieldCode, isProof, NO_PROOF, proofBody, ProofFields } from './proof';

export function SecondFactor() {
  const query = useQuery(ownFactorQuery);
  const [open, setOpen] = useState<'enrolment' | 'removal' | null>(null);
  const close = () => setOpen(null);
  // Where nobody is asked for one there is nothing to say.
  if (query.data?.rule === 'off') return null;
  return (
    <Panel title={t('Second factor')}>
      <Loaded query={query} rows={2}>
        {({ enrolled, isRequired }) => (
          <Stack>
            {enrolled === null ? (
              <Text size="sm">
                {t('A code of an app beside the password: who finds out your password does not get in by it.')}
              </Text>
            ) : (
              <Text size="sm">
                {t('Set up')} <TimeAgo at={enrolled.since} /> ·{' '}
                {plural('{count} recovery code left', '{count} recovery codes left', enrolled.recoveryCodesLeft)}
              </Text>
            )}
            <Group>
              <Button variant={enrolled === null ? 'filled' : 'default'} onClick={() => setOpen('enrolment')}>
                {enrolled === null ? t('Set up a second factor') : t('Set up another one')}
              </Button>
              {enrolled !== null && !isRequired && (
                <Button variant="default" onClick={() => setOpen('removal')}>
                  {t('Take it away')}
                </Button>
              )}
            </Group>
            {open === 'enrolment' && <EnrolmentDialog replaces={enrolled !== null} close={close} />}
            {open === 'removal' && <RemovalDialog close={close} />}
          </Stack>
        )}
      </Loaded>
    </Panel>
  );
}

function RemovalDialog({ close }: { close: () => void }) {
  const queries = useQueryClient();
  const [proof, setProof] = useState(NO_PROOF);
  const remove = useMutation({
    mutationFn: () => take(api.POST('/api/v1/me/second-factor/removal', { body: proofBody(proof) })),
    onSuccess: () => {
      told(t('Your second factor is taken away'));
      close();
      void queries.invalidateQueries({ queryKey: ownFactorQuery.queryKey });
      void queries.invalidateQueries({ queryKey: ownSessionsQuery.queryKey });
    },
  });
  const complete = isProof(proof, true);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (complete && !remove.isPending) remove.mutate();
  };
  return (
    <Modal
      opened
      onClose={close}
      title={t('Take the second factor away?')}
      closeButtonProps={{ 'aria-label': t('Close') }}
    >
      <form onSubmit={submit}>
        <Stack>
          {remove.error !== null && fieldCode(remove.error) === null && (
            <Notice tone="danger" icon="incident" role="alert" title={t('Not saved')}>
              {remove.error.message}
            </Notice>
          )}
          <Text size="sm">{t('From then on your password alone lets in. You are signed out everywhere else.')}</Text>
          <ProofFields
            proof={proof}
            withCode
            error={remove.error}
            change={(next) => {
              remove.reset();
              setProof(next);
            }}
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              {t('Cancel')}
            </Button>
            <Button type="submit" color="danger" disabled={!complete} loading={remove.isPending}>
              {t('Take it away')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
