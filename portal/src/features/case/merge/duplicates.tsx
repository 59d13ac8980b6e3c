/** Cases that may be the same as this one. Nothing happens by itself: open, link, merge, or say that it is none. */
import { Button, Group, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api, take } from '../../../api/client';
import type { Case, Duplicate } from '../../../api/schema';
import { useCan } from '../../../app/permissions';
import { t } from '../../../i18n';
import { Notice } from '../../../ui/notice';
import { report } from '../../../ui/toast';
import { reasonsOf } from '../../cases/duplicate-reasons';
import { later } from '../../../ui/later';

const MergeDialog = later(async () => (await import('./merge-dialog')).MergeDialog);

export function Duplicates({ item }: { item: Case }) {
  const may = useCan()('case:update');
  const queries = useQueryClient();
  const [merges, setMerges] = useState<string | null>(null);
  const isAsked = item.statusKind !== 'closed' && item.mergedInto == null;
  const found = useQuery({
    queryKey: ['case', item.id, 'duplicates'],
    enabled: isAsked,
    queryFn: async () =>
      (await take(api.GET('/api/v1/cases/{id}/duplicates', { params: { path: { id: item.id } } }))).items,
  }).data;
  const onSettled = () => queries.invalidateQueries({ queryKey: ['case', item.id] });
  const link = useMutation({
    mutationFn: (to: string) =>
      take(
        api.POST('/api/v1/cases/{id}/links', { params: { path: { id: item.id } }, body: { kind: 'duplicates', to } }),
      ),
    onError: (error) => report(error, t('Not linked')),
    onSettled,
  });
  const dismiss = useMutation({
    mutationFn: (otherId: string) =>
      take(api.DELETE('/api/v1/cases/{id}/duplicates/{otherId}', { params: { path: { id: item.id, otherId } } })),
    onError: (error) => report(error, t('Not saved')),
    onSettled,
  });
  if (!isAsked || !may || found === undefined || found.length === 0) return null;
  return (
    <Notice tone="accent" icon="link" title={t('This may be the same as another case')} role="status">
      <ul className="cw-links" data-testid="duplicates">
        {found.map((other: Duplicate) => (
          <li key={other.id}>
            <Group gap="xs" justify="space-between">
              <Link to="/cases/$ref" params={{ ref: other.number }} className="cw-link cw-clip">
                {other.number} {other.title}
              </Link>
              <Text size="xs">{[other.statusName, ...reasonsOf(other)].join(' · ')}</Text>
              <Group gap={4}>
                <Button size="compact-sm" variant="default" onClick={() => link.mutate(other.id)}>
                  {t('Link')}
                </Button>
                {other.statusKind !== 'closed' && (
                  <Button size="compact-sm" variant="default" onClick={() => setMerges(other.id)}>
                    {t('Merge')}
                  </Button>
                )}
                <Button
                  size="compact-sm"
                  variant="subtle"
                  onClick={() => dismiss.mutate(other.id)}
                  aria-label={t('{number} is no duplicate', { number: other.number })}
                >
                  {t('No duplicate')}
                </Button>
              </Group>
            </Group>
          </li>
        ))}
      </ul>
      {merges !== null && <MergeDialog item={item} into={merges} close={() => setMerges(null)} />}
    </Notice>
  );
}
