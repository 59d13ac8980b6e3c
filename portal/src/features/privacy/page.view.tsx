/** `/privacy`: what there is of a person, what waits for a second pair of eyes, and what was deleted. */
import { Button, Group, Stack, Text } from '@mantine/core';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, take } from '../../api/client';
import { erasurePagesQuery, type Erasure } from '../../api/privacy';
import { useCan } from '../../app/permissions';
import { t } from '../../i18n';
import { PersonTag, Tag, TimeAgo } from '../../ui/badges';
import { Page } from '../../ui/page';
import { Empty, Loaded } from '../../ui/states';
import { Panel } from '../../ui/tabs';
import { report, told } from '../../ui/toast';
import { Certificate } from './certificate';
import { phaseName } from './names';
import { AskErasure } from './ask';

export function Privacy() {
  const can = useCan();
  const may = can('erasure:create');
  // Whoever opens the page by its address is asked for their rights first.
  const query = useInfiniteQuery({ ...erasurePagesQuery, enabled: can('erasure:read') });
  return (
    <Page title={t('Privacy')} width={960}>
      <Stack>
        {may && <AskErasure />}
        <Panel title={t('Erasures and deletions')}>
          <Loaded query={query} rows={4}>
            {({ pages }) =>
              pages[0]?.items.length === 0 ? (
                <Empty icon="lock" title={t('Nothing was deleted yet')}>
                  {t('Cases that are deleted when their time is over are listed here, too.')}
                </Empty>
              ) : (
                <Stack component="ul" gap="md" m={0} p={0} style={{ listStyle: 'none' }}>
                  {pages
                    .flatMap(({ items }) => items)
                    .map((erasure) => (
                      <li key={erasure.id} data-testid="erasure">
                        <Entry erasure={erasure} />
                      </li>
                    ))}
                </Stack>
              )
            }
          </Loaded>
          {query.hasNextPage && (
            <Button
              mt="md"
              variant="default"
              loading={query.isFetchingNextPage}
              onClick={() => void query.fetchNextPage()}
            >
              {t('Show more')}
            </Button>
          )}
        </Panel>
      </Stack>
    </Page>
  );
}

function Entry({ erasure }: { erasure: Erasure }) {
  const { target } = erasure;
  const subject = target?.kind === 'case' ? target.case.number : (erasure.email ?? t('A person'));
  return (
    <Stack gap={6}>
      <Group gap="xs">
        <Text fw={650} size="sm">
          {subject}
        </Text>
        <Tag tone={erasure.phase === 'requested' ? 'warning' : 'neutral'}>{phaseName(erasure.phase)}</Tag>
        <Text size="sm" c="dimmed">
          <TimeAgo at={erasure.askedAt} />
        </Text>
      </Group>
      <Group gap="lg">
        <Text size="sm" component="div">
          {erasure.cause === 'policy' ? t('By the rules of its case type') : <PersonTag person={erasure.askedBy} />}
        </Text>
        {erasure.decidedBy != null && (
          <Group gap={6}>
            <Text size="sm">{erasure.phase === 'refused' ? t('Refused by') : t('Approved by')}</Text>
            <PersonTag person={erasure.decidedBy} />
          </Group>
        )}
      </Group>
      {erasure.reason != null && <Text size="sm">{erasure.reason}</Text>}
      {erasure.phase === 'requested' && <Decision erasure={erasure} />}
      <Certificate erasure={erasure} />
    </Stack>
  );
}

function Decision({ erasure }: { erasure: Erasure }) {
  const queries = useQueryClient();
  const params = { path: { id: erasure.id } };
  const decide = useMutation({
    mutationFn: (approves: boolean) =>
      approves
        ? take(api.POST('/api/v1/erasures/{id}/approve', { params }))
        : take(api.POST('/api/v1/erasures/{id}/refuse', { params })),
    onSuccess: (_, approves) => told(approves ? t('The erasure has begun') : t('The erasure was refused')),
    onError: (error) => report(error, t('Not saved')),
    onSettled: () => queries.invalidateQueries({ queryKey: ['erasures'] }),
  });
  if (!useCan()('erasure:approve')) return null;
  return (
    <Group gap="xs">
      <Button
        size="xs"
        color="danger"
        loading={decide.isPending}
        onClick={() => decide.mutate(true)}
        data-testid="approve"
      >
        {t('Approve and erase')}
      </Button>
      <Button size="xs" variant="default" disabled={decide.isPending} onClick={() => decide.mutate(false)}>
        {t('Refuse')}
      </Button>
      <Text size="xs" c="dimmed">
        {t('Somebody else than who asked has to approve it. It cannot be undone.')}
      </Text>
    </Group>
  );
}
