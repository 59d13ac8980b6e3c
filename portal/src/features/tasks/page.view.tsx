/** `/tasks/:id`: take the task, fill its form with what is known of the case beside it, complete it, and go on with the next one. */
import { Breadcrumbs, Button, Stack } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { ApiError } from '../../api/client';
import { taskQuery } from '../../api/queries';
import type { TaskDetail } from '../../api/schema';
import { t } from '../../i18n';
import { Page } from '../../ui/page';
import { Empty, Failure, Loading } from '../../ui/states';
import { LinkTabs } from '../../ui/tabs';
import { InstanceDiagram } from '../diagram/instance-diagram';
import { EvidencePart, evidenceName } from './evidence';
import { FormPart } from './form-part';
import { TaskStrip } from './strip';
import { isEvidence, shown, tabsOf, type TaskTab } from './tabs';
import { TaskCase } from './task-case';
import './tasks.css';

const route = getRouteApi('/tasks/$id');
/** There is room for the evidence beside the form. */
const WIDE = '(min-width: 75em)';

export function TaskPage() {
  const { id } = route.useParams();
  // While it is being completed nobody asks for it: the server would rightly say that it is gone.
  const [completing, setCompleting] = useState<string | null>(null);
  const query = useQuery({ ...taskQuery(id), enabled: completing !== id });
  const task = query.data;
  const crumbs = (
    <Breadcrumbs mb={6} fz="sm">
      <Link to="/tasks" className="cw-link">
        {t('Tasks')}
      </Link>
      {task?.caseNumber != null && (
        <Link to="/cases/$ref/$tab" params={{ ref: task.caseNumber, tab: 'tasks' }} className="cw-link">
          {task.caseNumber}
        </Link>
      )}
      <span>{task?.name ?? t('Task')}</span>
    </Breadcrumbs>
  );
  if (task !== undefined) return <TaskBody task={task} crumbs={crumbs} completing={setCompleting} />;
  const gone = query.error instanceof ApiError && query.error.isMissing;
  return (
    <Page title={t('Task')} above={crumbs}>
      <div className="cw-panel">
        {query.isPending ? (
          <Loading />
        ) : gone ? (
          <Empty
            icon="check"
            title={t('This task is done or was cancelled')}
            action={
              <Button component={Link} to="/tasks">
                {t('Tasks')}
              </Button>
            }
          >
            {t('Somebody completed it, or its process went another way.')}
          </Empty>
        ) : (
          <Failure error={query.error} retry={() => void query.refetch()} />
        )}
      </div>
    </Page>
  );
}

const nameOfTab = (name: TaskTab) =>
  isEvidence(name) ? evidenceName(name) : { form: t('Form'), process: t('Process'), case: t('Case') }[name];

function TaskBody({
  task,
  crumbs,
  completing,
}: {
  task: TaskDetail;
  crumbs: React.ReactNode;
  completing: (id: string | null) => void;
}) {
  const { tab: asked = 'form' } = route.useSearch();
  const navigate = useNavigate();
  const isWide = useMediaQuery(WIDE, true, { getInitialValueInEffect: false });
  const { tab, form, evidence } = shown(task, asked, isWide);
  const link = (name: TaskTab) => ({
    to: '/tasks/$id' as const,
    params: { id: task.id },
    search: { tab: name === 'form' ? undefined : name },
  });
  const isSplit = form && evidence !== null;
  return (
    <Page
      title={task.name}
      documentTitle={task.caseNumber === null ? task.name : `${task.name} · ${task.caseNumber}`}
      above={crumbs}
      width={isSplit ? 1560 : 1080}
      below={
        <Stack mb="md">
          <TaskStrip task={task} />
          <LinkTabs
            label={t('Parts of the task')}
            current={tab}
            tabs={tabsOf(task, isWide).map((name) => ({ id: name, label: nameOfTab(name), link: link(name) }))}
          />
        </Stack>
      }
    >
      <div className={isSplit ? 'cw-beside' : undefined}>
        {/* The form stays mounted while other tabs are open: what was entered must survive a look at the case. */}
        <div hidden={!form}>
          {/* What the one before filled in is read anew by whoever has the task next. */}
          <FormPart key={`${task.id}.${task.assignee ?? ''}`} task={task} completing={completing} />
        </div>
        {evidence !== null && task.caseNumber !== null && (
          <div className={isSplit ? 'cw-beside-evidence' : undefined}>
            <EvidencePart
              key={task.id}
              reference={task.caseNumber}
              evidence={evidence}
              choose={
                isSplit ? (name) => void navigate({ ...link(name), replace: true, resetScroll: false }) : undefined
              }
            />
          </div>
        )}
      </div>
      {tab === 'process' && task.processInstanceId != null && (
        <InstanceDiagram id={task.processInstanceId} selected={task.taskDefinitionKey ?? undefined} />
      )}
      {tab === 'case' && task.caseNumber !== null && <TaskCase reference={task.caseNumber} />}
    </Page>
  );
}
