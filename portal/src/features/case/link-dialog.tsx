/** Linking a case with another one: what it is to it, and which one that is. */
import { Button, Group, Modal, Select, Stack } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, take } from '../../api/client';
import { casesQuery } from '../../api/queries';
import type { Case, LinkKind } from '../../api/schema';
import { t } from '../../i18n';
import { Notice } from '../../ui/notice';
import { isByHand, LINK_KINDS } from './link-kinds';
import { noOption } from '../../ui/no-option';

const KINDS = (Object.keys(LINK_KINDS) as LinkKind[]).filter(isByHand);

export function LinkDialog({ item, close }: { item: Case; close: () => void }) {
  const queries = useQueryClient();
  const [kind, setKind] = useState<LinkKind>('relates-to');
  const [text, setText] = useState('');
  const [other, setOther] = useState<string | null>(null);
  const [search] = useDebouncedValue(text, 200);
  const found = useQuery({
    ...casesQuery({ search: search === '' ? undefined : search, limit: 20 }),
    placeholderData: keepPreviousData,
  }).data;
  const others = (found?.items ?? []).filter((each) => each.id !== item.id);
  const link = useMutation({
    mutationFn: (to: string) =>
      take(api.POST('/api/v1/cases/{id}/links', { params: { path: { id: item.id } }, body: { kind, to } })),
    onSuccess: close,
    onSettled: () => queries.invalidateQueries({ queryKey: ['case', item.id] }),
  });
  return (
    <Modal
      opened
      onClose={close}
      title={t('Link {number} with another case', { number: item.number })}
      closeButtonProps={{ 'aria-label': t('Close') }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (other !== null) link.mutate(other);
        }}
      >
        <Stack>
          {link.error !== null && (
            <Notice tone="danger" icon="incident" role="alert" title={t('Not linked')}>
              {link.error.message}
            </Notice>
          )}
          <Select
            label={t('This case')}
            allowDeselect={false}
            data={KINDS.map((value) => ({ value, label: LINK_KINDS[value].outgoing() }))}
            value={kind}
            onChange={(value) => setKind((value as LinkKind | null) ?? 'relates-to')}
          />
          <Select
            label={t('Other case')}
            description={t('Number, title or person')}
            data-autofocus
            searchable
            required
            data={others.map((each) => ({ value: each.id, label: `${each.number} ${each.title}` }))}
            filter={({ options }) => options}
            searchValue={text}
            onSearchChange={setText}
            value={other}
            onChange={setOther}
            nothingFoundMessage={noOption(t('No case found'))}
            data-testid="link-to"
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              {t('Cancel')}
            </Button>
            <Button type="submit" loading={link.isPending} disabled={other === null} data-testid="link-confirm">
              {t('Link')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
