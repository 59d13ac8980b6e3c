/** To whom an answer goes. */
import { Button, Group, TextInput } from '@mantine/core';
import { useState } from 'react';
import { t } from '../../i18n';
import type { Envelope } from './reply-draft';

interface Props {
  envelope: Envelope;
  change: (part: Partial<Envelope>) => void;
  mistake: string | null;
}

export function ReplyFields({ envelope, change, mistake }: Props) {
  const [shown, setShown] = useState({ copy: false, hidden: false });
  const withCopy = shown.copy || envelope.copy !== '';
  const withHidden = shown.hidden || envelope.hidden !== '';
  return (
    <>
      <Group align="flex-end" gap="xs" wrap="nowrap">
        <TextInput
          label={t('To')}
          style={{ flex: 1, minWidth: 0 }}
          value={envelope.people}
          onChange={(event) => change({ people: event.currentTarget.value })}
          error={mistake}
          required
          data-testid="reply-to"
        />
        {!withCopy && (
          <Button variant="subtle" size="sm" px="xs" onClick={() => setShown({ ...shown, copy: true })}>
            {t('Cc')}
          </Button>
        )}
        {!withHidden && (
          <Button variant="subtle" size="sm" px="xs" onClick={() => setShown({ ...shown, hidden: true })}>
            {t('Bcc')}
          </Button>
        )}
      </Group>
      {withCopy && (
        <TextInput
          label={t('Copy to')}
          value={envelope.copy}
          onChange={(event) => {
            setShown({ ...shown, copy: true });
            change({ copy: event.currentTarget.value });
          }}
          data-testid="reply-copy"
        />
      )}
      {withHidden && (
        <TextInput
          label={t('Hidden copy to')}
          description={t('The others do not learn of it.')}
          value={envelope.hidden}
          onChange={(event) => {
            setShown({ ...shown, hidden: true });
            change({ hidden: event.currentTarget.value });
          }}
          data-testid="reply-hidden"
        />
      )}
      <TextInput
        label={t('Subject')}
        value={envelope.subject}
        onChange={(event) => change({ subject: event.currentTarget.value })}
        required
      />
    </>
  );
}
