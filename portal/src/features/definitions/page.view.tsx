/** `/definitions/:key`: what each version of a case type says, what differs between two of them, the archive, and the way of open cases to the newest. */
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
import { Empty, Loaded } from '../../ui/states';
import { Panel } from '../../ui/tabs';
import { report, told } from '../../ui/toast';
import { Compare } from './compare';
import { MigrationDialog } from './migration';
import { VersionContent } from './version/content';

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
  const shown = search.version ?? latest;
  const content = all.find(({ version }) => version === shown);
  const show = (version: number) =>
    void navigate({
      to: '/definitions/$key',
      params: { key: of },
      search: { ...search, version: version === latest ? undefined : version },
      replace: true,
      resetScroll: false,
    });
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
      <Panel
        title={t('What version {version} says', { version: shown })}
        actions={
          all.length > 1 && (
            <Select
              size="xs"
              aria-label={t('Version shown')}
              data={all.map(({ version }) => ({ value: String(version), label: t('Version {version}', { version }) }))}
              value={String(shown)}
              onChange={(value) => show(Number(value))}
              allowDeselect={false}
              data-testid="version-shown"
            />
          )
        }
      >
        {content === undefined ? <Empty title={t('There is no such version')} /> : <VersionContent of={content} />}
      </Panel>
      <Compare of={of} all={all} />
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
