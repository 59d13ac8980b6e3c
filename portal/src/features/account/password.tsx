/** A new password, by the present one. What is too weak the server says, in words that help. */
import { Button, Group, PasswordInput, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { api, ApiError, take } from '../../api/client';
import { ownSessionsQuery } from '../../api/accounts';
import { t } from '../../i18n';
import { report, told } from '../../ui/toast';

const SHORTEST = 8;
const LONGEST = 128;
const EMPTY = { current: '', password: '', again: '' };

export function PasswordForm() {
  const queries = useQueryClient();
  const [fields, setFields] = useState(EMPTY);
  const change = useMutation({
    mutationFn: ({ current, password }: typeof EMPTY) =>
      take(api.POST('/api/v1/me/password', { body: { current, password } })),
    onSuccess: () => {
      setFields(EMPTY);
      told(t('Your password is changed. You are signed out everywhere else.'));
      void queries.invalidateQueries({ queryKey: ownSessionsQuery.queryKey });
    },
    onError: (error) => {
      if (codeOf(error) === null) report(error, t('Not saved'));
    },
  });
  const code = codeOf(change.error);
  const differs = fields.again !== '' && fields.again !== fields.password;
  const complete = fields.current !== '' && fields.password !== '' && fields.again === fields.password;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (complete && !change.isPending) change.mutate(fields);
  };
  const set = (field: keyof typeof EMPTY) => (event: { currentTarget: { value: string } }) => {
    change.reset();
    setFields({ ...fields, [field]: event.currentTarget.value });
  };
  return (
    <form onSubmit={submit}>
      <Stack maw={420}>
        <PasswordInput
          label={t('Present password')}
          autoComplete="current-password"
          value={fields.current}
          onChange={set('current')}
          error={code === 'wrong-password' && t('This is not your password.')}
        />
        <PasswordInput
          label={t('New password')}
          description={t('At least {count} characters of any kind. A few words are good.', { count: SHORTEST })}
          autoComplete="new-password"
          maxLength={LONGEST}
          value={fields.password}
          onChange={set('password')}
          error={code === 'weak-password' && change.error?.message}
        />
        <PasswordInput
          label={t('New password again')}
          autoComplete="new-password"
          maxLength={LONGEST}
          value={fields.again}
          onChange={set('again')}
          error={differs && t('The two are not the same.')}
        />
        <Text size="sm" c="dimmed">
          {t('Whoever is signed in with the old one elsewhere is signed out.')}
        </Text>
        <Group>
          <Button type="submit" disabled={!complete} loading={change.isPending}>
            {t('Change password')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** What a field says; null for everything else. */
function codeOf(error: Error | null): 'wrong-password' | 'weak-password' | null {
  const code = error instanceof ApiError ? error.code : null;
  return code === 'wrong-password' || code === 'weak-password' ? code : null;
}
