/** `/cases/:ref/:tab`: one case. Who, what, where and until when are above the fold; the tabs hold the rest. */
import { Breadcrumbs, Button, Group, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { memo, useDeferredValue, useState, type ComponentType, type ReactNode } from 'react';
import { useLiveChannel } from '../../api/live';
import { useActivity } from '../../api/presence';
import { caseQuery, definitionsQuery } from '../../api/queries';
import type { Case, CaseDefinition } from '../../api/schema';
import { useCan } from '../../app/permissions';
import { t } from '../../i18n';
import { Notice } from '../../ui/notice';
import { Page } from '../../ui/page';
import { later } from '../../ui/later';
import { Failure, Loading } from '../../ui/states';
import { LinkTabs } from '../../ui/tabs';
import { usePatchCase, type Conflict, type PatchRequest } from './actions';
import type { Demand } from './demanded';
import { CaseHeader } from './header';
import { Overview } from './overview';
import { TitleEdit } from './properties/title';
import { sent } from './sent';
import { CASE_TABS, caseTabs, type CaseTab } from './tabs';

const Neighbours = later(async () => (await import('./neighbours')).Neighbours);

const CaseNotices = later(async () => (await import('./notices')).CaseNotices);

const PrintMenu = later(async () => (await import('./paper/print-menu')).PrintMenu);
// Its place is kept until it is there.
const Follow = later(async () => (await import('./follow')).Follow, <span style={{ width: 34 }} />);

const route = getRouteApi('/cases/$ref/$tab');

// What is not on the first tab, or only sometimes on any, is fetched when it is wanted.
const ConflictDialog = later(async () => (await import('./conflict')).ConflictDialog);
const Duplicates = later(async () => (await import('./merge/duplicates')).Duplicates);
const DemandDialog = later(async () => (await import('./demand')).DemandDialog);

interface PartProps {
  item: Case;
  definition: CaseDefinition | undefined;
  onConflict: (conflict: Conflict) => void;
}
const MailThread = later<PartProps>(async () => (await import('./mail-thread')).MailThread, <Loading />);
const Fields = later<PartProps>(async () => (await import('./fields')).Fields, <Loading />);
const CaseTasks = later<PartProps>(async () => (await import('./tasks')).CaseTasks, <Loading />);
const CaseProcesses = later<PartProps>(async () => (await import('./processes')).CaseProcesses, <Loading />);
const Documents = later<PartProps>(async () => (await import('./documents')).Documents, <Loading />);
const PARTS: Record<CaseTab, ComponentType<PartProps>> = {
  overview: Overview,
  tasks: CaseTasks,
  mail: MailThread,
  documents: Documents,
  process: CaseProcesses,
  fields: Fields,
};
/** Code of a tab is on its way when somebody points at it. */
const AHEAD: Partial<Record<string, () => void>> = {
  tasks: CaseTasks.ahead,
  mail: MailThread.ahead,
  documents: Documents.ahead,
  process: CaseProcesses.ahead,
  fields: Fields.ahead,
};
const ahead = (tab: string) => AHEAD[tab]?.();

/** Neither is made anew because another tab is open. */
const Header = memo(CaseHeader);
const Part = memo(function Part({ tab, ...props }: PartProps & { tab: CaseTab }) {
  const Shown = PARTS[tab];
  return <Shown {...props} />;
});

export function CasePage() {
  const { ref, tab } = route.useParams();
  const query = useQuery(caseQuery(ref));
  const definitions = useQuery(definitionsQuery);
  const definition = definitions.data?.find((each) => each.key === query.data?.definition);
  useLiveChannel(query.data === undefined ? null : `case:${query.data.id}`);
  const crumbs = (
    <Group justify="space-between" mb={6} gap="xs">
      <Breadcrumbs fz="sm" separatorMargin={6}>
        <Link to="/cases" className="cw-link">
          {t('Cases')}
        </Link>
        <span>{query.data?.number ?? ref}</span>
      </Breadcrumbs>
      <Neighbours number={query.data?.number ?? ref} tab={tab} />
    </Group>
  );
  // Both are asked for at once. A case without its definition would move when that comes.
  if (query.data === undefined || definitions.isPending) {
    const isPending = query.isPending || query.data !== undefined;
    return (
      <Page title={isPending ? t('Case') : t('Case {number}', { number: ref })} above={crumbs}>
        <div className="cw-panel">
          {isPending ? <Loading rows={8} /> : <Failure error={query.error} retry={() => void query.refetch()} />}
        </div>
      </Page>
    );
  }
  // Another case is another page: what was opened or typed for this one is not carried over.
  return <CaseBody key={query.data.id} item={query.data} definition={definition} tab={tab} crumbs={crumbs} />;
}

function CaseBody({
  item,
  definition,
  tab,
  crumbs,
}: {
  item: Case;
  definition: CaseDefinition | undefined;
  tab: CaseTab;
  crumbs: ReactNode;
}) {
  const [conflict, setConflict] = useState<Conflict | null>(null);
  const [demand, setDemand] = useState<Demand | null>(null);
  const patch = usePatchCase(setConflict);
  const may = useCan()('case:update');
  useActivity(item.id, 'viewing');
  // A tab is marked as soon as it is pressed; what it holds is put together after that, and keeps nobody waiting for the mark.
  const shown = useDeferredValue(tab);
  return (
    <Page
      title={item.title}
      documentTitle={`${item.number} ${item.title}${tab === 'overview' ? '' : ` · ${CASE_TABS[tab].label()}`}`}
      testId="case-title"
      above={crumbs}
      actions={
        <>
          <TitleEdit
            key={item.id}
            item={item}
            may={may}
            change={(request) => sent(() => patch.mutate({ item, ...request }))}
          />
          <Follow item={item} />
          <PrintMenu item={item} definition={definition} />
        </>
      }
      below={
        <Stack gap="md" mb="md">
          <CaseNotices item={item} />
          <Duplicates item={item} />
          {item.problem !== null && (
            <Notice
              tone="danger"
              icon="incident"
              title={
                item.problem.undone
                  ? t('“{step}” was undone because a later step failed', { step: item.problem.step })
                  : t('Step “{step}” did not succeed', { step: item.problem.step })
              }
              role="status"
            >
              {item.problem.reason}
              {may && (
                <Group mt={6}>
                  <Button
                    size="compact-sm"
                    variant="default"
                    onClick={() => patch.mutate({ item, patch: { problem: null } as PatchRequest['patch'] })}
                    data-testid="problem-cleared"
                  >
                    {t('I have looked after it')}
                  </Button>
                </Group>
              )}
            </Notice>
          )}
          <Header item={item} definition={definition} onConflict={setConflict} onDemand={setDemand} />
          <LinkTabs
            label={t('Parts of the case')}
            tabs={caseTabs().map(([id, { label, count }]) => ({
              id,
              label: label(),
              count: count?.(item),
              link: { to: '/cases/$ref/$tab', params: { ref: item.number, tab: id } },
            }))}
            current={tab}
            point={ahead}
          />
        </Stack>
      }
    >
      <Part tab={shown} item={item} definition={definition} onConflict={setConflict} />
      {demand !== null && <DemandDialog demand={demand} definition={definition} close={() => setDemand(null)} />}
      {conflict !== null && (
        <ConflictDialog conflict={conflict} definition={definition} close={() => setConflict(null)} />
      )}
    </Page>
  );
}
