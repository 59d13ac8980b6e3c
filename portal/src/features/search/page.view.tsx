/** `/search`: everything that cases hold, found by what is in it, by kind, with the words marked. */
import { Button, Group, SegmentedControl, Stack } from '@mantine/core';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { ApiError } from '../../api/client';
import { searchPagesQuery } from '../../api/queries';
import { t } from '../../i18n';
import { Notice } from '../../ui/notice';
import { Page } from '../../ui/page';
import { Count, Empty, Failure, Loading } from '../../ui/states';
import { SearchField } from '../cases/filter-bar';
import { Groups } from './groups';
import { Qualifiers } from './help';
import { kindName } from './hits';
import { isKind, KINDS, type SearchFilters } from './kinds';

const route = getRouteApi('/search');

export function SearchPage() {
  const { q = '', kind } = route.useSearch();
  const navigate = useNavigate();
  const change = (next: SearchFilters) => void navigate({ to: '/search', search: next, replace: true });
  return (
    <Page title={t('Search')} width={980} documentTitle={q === '' ? t('Search') : `${q} · ${t('Search')}`}>
      <Stack gap="sm">
        <Group gap="xs" grow role="search" aria-label={t('Search everything')}>
          <SearchField
            value={q}
            change={(text) => change({ q: text ?? undefined, kind })}
            label={t('Words, "phrases", is:open, from:…')}
          />
        </Group>
        {q === '' ? (
          <Qualifiers add={(text) => change({ q: text, kind })} />
        ) : (
          <Results q={q} kind={kind} change={change} />
        )}
      </Stack>
    </Page>
  );
}

function Results({
  q,
  kind,
  change,
}: Required<Pick<SearchFilters, 'q'>> & SearchFilters & { change: (next: SearchFilters) => void }) {
  const query = useInfiniteQuery({ ...searchPagesQuery({ q, kind }), placeholderData: keepPreviousData });
  const first = query.data?.pages[0];
  const hits = query.data?.pages.flatMap((page) => page.items) ?? [];
  const fault = query.error instanceof ApiError && query.error.code === 'invalid-query' ? query.error : null;
  return (
    <>
      <Group justify="space-between" gap="xs">
        <SegmentedControl
          size="xs"
          style={{ maxWidth: '100%', overflowX: 'auto' }}
          aria-label={t('Kind')}
          value={kind ?? ''}
          onChange={(value) => change({ q, kind: isKind(value) ? value : undefined })}
          data={[
            { value: '', label: t('Everything') },
            ...KINDS.map((each) => ({ value: each, label: kindName(each) })),
          ]}
        />
        {first !== undefined && fault === null && (
          <Count shown={hits.length} total={first.total} one="{count} result" other="{count} results" />
        )}
      </Group>
      {first?.isCatchingUp === true && (
        <Notice tone="warning" icon="clock" role="status">
          {t('The search index is being built. There may be more than is shown.')}
        </Notice>
      )}
      {fault !== null ? (
        <>
          <Notice tone="danger" icon="incident" role="alert" testId="search-fault">
            {fault.message}
          </Notice>
          <Qualifiers />
        </>
      ) : query.isError && first === undefined ? (
        <Failure error={query.error} retry={() => void query.refetch()} />
      ) : first === undefined ? (
        <Loading />
      ) : hits.length === 0 ? (
        <>
          <Empty icon="search" title={t('Nothing found')}>
            {t('Try fewer or shorter words. What you may not see is not found.')}
          </Empty>
          <Qualifiers />
        </>
      ) : (
        <Groups hits={hits} />
      )}
      {query.hasNextPage && fault === null && (
        <Group justify="center">
          <Button variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            {t('More results')}
          </Button>
        </Group>
      )}
    </>
  );
}
