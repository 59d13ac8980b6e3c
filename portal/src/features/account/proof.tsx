/** That it is the person of the account who asks: the password, and a code where there is a second factor. */
import { PasswordInput, TextInput } from '@mantine/core';
import { ApiError } from '../../api/client';
import { t } from '../../i18n';

export interface Proof {
  password: string;
  code: string;
}
export const NO_PROOF: Proof = { password: '', code: '' };

/** What stands at a field; null for everything else. */
export function fieldCode(error: Error | null): 'wrong-password' | 'wrong-code' | null {
  const code = error instanceof ApiError ? error.code : null;
  return code === 'wrong-password' || code === 'wrong-code' ? code : null;
}

export const isProof = (proof: Proof, withCode: boolean) =>
  proof.password !== '' && (!withCode || proof.code.trim() !== '');

/** As the server takes it. */
export const proofBody = ({ password, code }: Proof) => ({ password, code: code.trim() === '' ? null : code });

interface Props {
  proof: Proof;
  change: (next: Proof) => void;
  withCode: boolean;
  error: Error | null;
}

export function ProofFields({ proof, change, withCode, error }: Props) {
  return (
    <>
      <PasswordInput
        label={t('Present password')}
        autoComplete="current-password"
        value={proof.password}
        onChange={(event) => change({ ...proof, password: event.currentTarget.value })}
        error={fieldCode(error) === 'wrong-password' && t('This is not your password.')}
      />
      {withCode && (
        <CodeField value={proof.code} change={(code) => change({ ...proof, code })} error={error} recovery />
      )}
    </>
  );
}

interface CodeProps {
  value: string;
  change: (next: string) => void;
  error: Error | null;
  /** A recovery code will do as well. */
  recovery?: boolean;
}

export function CodeField({ value, change, error, recovery = false }: CodeProps) {
  return (
    <TextInput
      label={t('Code of your app')}
      description={recovery ? t('Or one of your recovery codes.') : undefined}
      autoComplete="one-time-code"
      spellCheck={false}
      value={value}
      onChange={(event) => change(event.currentTarget.value)}
      error={fieldCode(error) === 'wrong-code' && t('This code is not right, or it was used before.')}
    />
  );
}
