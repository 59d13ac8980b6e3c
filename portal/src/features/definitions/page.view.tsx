/** `/definitions/:key`: the versions of a case type, what differs between two of them, the archive, and the way of open cases to the newest. */
import { Breadcrumbs, Button, Group, Select, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api, take } from '../../api/client';
import { definitionsQuery, definitionVersionsQuery } from '../../api/queries';
import type { CaseDefinition } from '../../api/schema';
import { useCan } from '../../app/permissions';
import { t } from '../../i18n';
import { Notice } from '../../ui/notice';
import { Page } from '../../ui/page';
import { Loaded } from '../../ui/states';
import { Panel } from '../../ui/tabs';
import { report, told } from '../../ui/toast';
import { Differences } from './differences';
import { MigrationDialog } from './migration';

const route = getRouteApi('/definitions/$key');

export function DefinitionPage() {
  const { key } = route.useParams();
  const versions = useQuery(definitionVersionsQuery(key));
  const isArchived = useQuery(definitionsQuery).data?.find((each) => each.key === key)?.archived === true;
  return (
    <Page
      title={versions.data?.[0]?.name ?? key}
      above={
        <Breadcrumbs fz="sm" mb={6} separatorMargin={6}>
          <Link to="/definitions" className="cw-link">
            {t('Case types')}
          </Link>
          <span>{versions.data?.[0]?.name ?? key}</span>
        </Breadcrumbs>
      }
    >
      <Loaded query={versions} rows={4}>
        {(all) => <Versions key={key} of={key} all={all} isArchived={isArchived} />}
      </Loaded>
    </Page>
  );
}

function Versions({ of, all, isArchived }: { of: string; all: CaseDefinition[]; isArchived: boolean }) {
  const search = route.useSearch();
  const navigate = useNavigate();
  const may = useCan()('case-definition:update');
  const [isMigrating, setMigrating] = useState(false);
  const latest = all[0]?.version ?? 1;
  const to = search.to ?? latest;
  const from = search.from ?? to - 1;
  const choose = (next: { from?: number; to?: number }) =>
    void navigate({ to: '/definitions/$key', params: { key: of }, search: { from, to, ...next }, replace: true });
  const options = all.map(({ version }) => ({ value: String(version), label: t('Version {version}', { version }) }));
  return (
    <Stack>
      {isArchived && (
        <Notice tone="warning" icon="inbox" title={t('Archived')} role="status">
          {t('No case begins by it any more; those that are open go on.')}
        </Notice>
      )}
      <Group justify="space-between">
        <Text>{t('Version {version} is the newest.', { version: latest })}</Text>
        <Group gap="xs">
          <Button
            component={Link}
            to="/definitions/$key/rules"
            params={{ key: of } as never}
            variant="default"
            data-testid="rules-link"
          >
            {t('Rules')}
          </Button>
          {may && (
            <>
              <Button component={Link} to="/cases/changes" variant="default" data-testid="batches-link">
                {t('Changes of many cases')}
              </Button>
              {latest > 1 && (
                <Button variant="default" onClick={() => setMigrating(true)} data-testid="migrate">
                  {t('Move open cases to version {version}', { version: latest })}
                </Button>
              )}
              <Archive of={of} isArchived={isArchived} />
            </>
          )}
        </Group>
      </Group>
      <Panel title={t('What has changed')}>
        {all.length < 2 ? (
          <Text c="dimmed">{t('There is only one version.')}</Text>
        ) : (
          <>
            <Group mb="md">
              <Select
                label={t('Older version')}
                data={options}
                value={String(from)}
                onChange={(value) => choose({ from: Number(value) })}
                allowDeselect={false}
              />
              <Select
                label={t('Newer version')}
                data={options}
                value={String(to)}
                onChange={(value) => choose({ to: Number(value) })}
                allowDeselect={false}
              />
            </Group>
            {from >= 1 && <Differences of={of} from={from} to={to} />}
          </>
        )}
      </Panel>
      {isMigrating && <MigrationDialog of={of} version={latest} close={() => setMigrating(false)} />}
    </Stack>
  );
}

function Archive({ of, isArchived }: { of: string; isArchived: boolean }) {
  const queries = useQueryClient();
  const params = { params: { path: { key: of } } };
  const act = useMutation({
    mutationFn: () =>
      take(
        isArchived
          ? api.POST('/api/v1/case-definitions/{key}/unarchive', params)
          : api.POST('/api/v1/case-definitions/{key}/archive', params),
      ),
    onSuccess: () => told(isArchived ? t('Cases may begin by it again') : t('No case begins by it any more')),
    onError: (error) => report(error, t('Not done')),
    onSettled: () => queries.invalidateQueries({ queryKey: ['case-definitions'] }),
  });
  return (
    <Button variant="default" loading={act.isPending} onClick={() => act.mutate()} data-testid="archive">
      {isArchived ? t('Take out of the archive') : t('Archive')}
    </Button>
  );
}
