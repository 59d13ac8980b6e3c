/** What stands below an answer: shown where it is written, and put there when it is sent. */
import { Group, Select, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { caseSignaturesQuery } from '../../api/correspondence';
import type { Case, RenderedSignature } from '../../api/schema';
import { t } from '../../i18n';

/** The text with its signature. One that was taken back to be changed has it already. */
export function signed(text: string, signature: Pick<RenderedSignature, 'text'> | null): string {
  const below = signature?.text.trim() ?? '';
  if (below === '' || text.trimEnd().endsWith(below)) return text;
  return `${text.trimEnd()}\n\n-- \n${below}`;
}

export function useSignature(item: Case, mailbox: string | undefined) {
  const signatures = useQuery(caseSignaturesQuery(item.id, mailbox)).data ?? [];
  // Undefined: whichever fits best; null: none.
  const [chosen, choose] = useState<string | null | undefined>(undefined);
  const signature = chosen === null ? null : (signatures.find(({ id }) => id === chosen) ?? signatures[0] ?? null);
  return { signatures, signature, choose };
}

type Props = ReturnType<typeof useSignature>;

export function SignatureField({ signatures, signature, choose }: Props) {
  if (signatures.length === 0) return null;
  return (
    <Group gap="xs" align="flex-start" data-testid="reply-signature">
      <Select
        size="xs"
        w={220}
        aria-label={t('Signature')}
        allowDeselect={false}
        value={signature?.id ?? ''}
        data={[
          { value: '', label: t('No signature') },
          ...signatures.map(({ id, name }) => ({ value: id, label: name })),
        ]}
        onChange={(id) => choose(id === '' ? null : id)}
      />
      {signature !== null && (
        <Text size="xs" c="dimmed" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere', flex: '1 1 200px' }}>
          {signature.text}
        </Text>
      )}
    </Group>
  );
}
