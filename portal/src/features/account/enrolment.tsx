/** Setting a second factor up, step by step: who I am, the app, the recovery codes. */
import { Button, Code, Group, Image, List, Modal, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { api, take } from '../../api/client';
import { ownFactorQuery, ownSessionsQuery } from '../../api/accounts';
import type { FactorOffer } from '../../api/schema';
import { t } from '../../i18n';
import { Notice } from '../../ui/notice';
import { CodeField, fieldCode, isProof, NO_PROOF, proofBody, ProofFields } from './proof';

interface Props {
  /** There is one already, which the new one takes the place of. */
  replaces: boolean;
  close: () => void;
}

export function EnrolmentDialog({ replaces, close }: Props) {
  const [offer, setOffer] = useState<FactorOffer | null>(null);
  const [codes, setCodes] = useState<string[] | null>(null);
  return (
    <Modal
      opened
      onClose={close}
      // Recovery codes are shown once: a click beside them must not take them away.
      closeOnClickOutside={codes === null}
      title={t(codes === null ? 'Set up a second factor' : 'Recovery codes')}
      closeButtonProps={{ 'aria-label': t('Close') }}
    >
      {codes !== null ? (
        <Codes codes={codes} close={close} />
      ) : offer !== null ? (
        <App offer={offer} done={setCodes} />
      ) : (
        <Who withCode={replaces} done={setOffer} />
      )}
    </Modal>
  );
}

function Who({ withCode, done }: { withCode: boolean; done: (offer: FactorOffer) => void }) {
  const [proof, setProof] = useState(NO_PROOF);
  const begin = useMutation({
    mutationFn: () => take(api.POST('/api/v1/me/second-factor/enrolment', { body: proofBody(proof) })),
    onSuccess: done,
  });
  const complete = isProof(proof, withCode);
  return (
    <Step error={begin.error} submit={() => complete && begin.mutate()}>
      <ProofFields
        proof={proof}
        withCode={withCode}
        error={begin.error}
        change={(next) => {
          begin.reset();
          setProof(next);
        }}
      />
      <Next disabled={!complete} loading={begin.isPending} />
    </Step>
  );
}

function App({ offer, done }: { offer: FactorOffer; done: (codes: string[]) => void }) {
  const queries = useQueryClient();
  const [code, setCode] = useState('');
  const { enrolment } = offer;
  const confirm = useMutation({
    mutationFn: () => take(api.POST('/api/v1/me/second-factor', { body: { enrolment, code } })),
    onSuccess: ({ recoveryCodes }) => {
      done(recoveryCodes);
      void queries.invalidateQueries({ queryKey: ownFactorQuery.queryKey });
      void queries.invalidateQueries({ queryKey: ownSessionsQuery.queryKey });
    },
  });
  const complete = code.trim() !== '';
  return (
    <Step error={confirm.error} submit={() => complete && confirm.mutate()}>
      <Text size="sm">{t('Scan this with an authenticator app, then enter the code that it shows.')}</Text>
      {offer.picture != null && (
        <Image src={offer.picture} alt={t('The picture that an authenticator app scans')} w={200} mx="auto" />
      )}
      <Text size="sm">
        {t('Or type this into the app:')} <Code data-testid="factor-secret">{offer.secret}</Code>
      </Text>
      <CodeField
        value={code}
        error={confirm.error}
        change={(next) => {
          confirm.reset();
          setCode(next);
        }}
      />
      <Next disabled={!complete} loading={confirm.isPending} />
    </Step>
  );
}

function Codes({ codes, close }: { codes: string[]; close: () => void }) {
  return (
    <Stack>
      <Text size="sm">
        {t(
          'Your second factor is set up. Keep these codes where only you find them: each lets you in once without your app. They are not shown again.',
        )}
      </Text>
      <List data-testid="recovery-codes">
        {codes.map((code) => (
          <List.Item key={code}>
            <Code>{code}</Code>
          </List.Item>
        ))}
      </List>
      <Group justify="flex-end">
        <Button onClick={close}>{t('I have kept them')}</Button>
      </Group>
    </Stack>
  );
}

interface StepProps {
  error: Error | null;
  submit: () => void;
  children: React.ReactNode;
}

/** A form whose refusals stand at its fields, or above it. */
function Step({ error, submit, children }: StepProps) {
  const send = (event: FormEvent) => {
    event.preventDefault();
    submit();
  };
  return (
    <form onSubmit={send}>
      <Stack>
        {error !== null && fieldCode(error) === null && (
          <Notice tone="danger" icon="incident" role="alert" title={t('Not saved')}>
            {error.message}
          </Notice>
        )}
        {children}
      </Stack>
    </form>
  );
}

function Next({ disabled, loading }: { disabled: boolean; loading: boolean }) {
  return (
    <Group justify="flex-end">
      <Button type="submit" disabled={disabled} loading={loading}>
        {t('Go on')}
      </Button>
    </Group>
  );
}
