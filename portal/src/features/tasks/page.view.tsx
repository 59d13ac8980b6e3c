/** `/tasks/:id`: take the task, fill its form, complete it, and go on with the next one. */
import { Breadcrumbs, Button, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useState } from 'react';
import { ApiError } from '../../api/client';
import { taskQuery } from '../../api/queries';
import { t } from '../../i18n';
import { Page } from '../../ui/page';
import { Empty, Failure, Loading } from '../../ui/states';
import { LinkTabs } from '../../ui/tabs';
import { InstanceDiagram } from '../diagram/instance-diagram';
import { TaskCase } from './task-case';
import { FormPart } from './form-part';
import { TaskStrip } from './strip';

const route = getRouteApi('/tasks/$id');

export function TaskPage() {
  const { id } = route.useParams();
  const { tab = 'form' } = route.useSearch();
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
  if (task === undefined) {
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
  const link = (name: 'form' | 'process' | 'case') => ({
    to: '/tasks/$id' as const,
    params: { id },
    search: { tab: name === 'form' ? undefined : name },
  });
  return (
    <Page
      title={task.name}
      documentTitle={task.caseNumber === null ? task.name : `${task.name} · ${task.caseNumber}`}
      above={crumbs}
      width={1080}
      below={
        <Stack mb="md">
          <TaskStrip task={task} />
          <LinkTabs
            label={t('Parts of the task')}
            current={tab}
            tabs={[
              { id: 'form', label: t('Form'), link: link('form') },
              ...(task.processInstanceId == null
                ? []
                : [{ id: 'process', label: t('Process'), link: link('process') }]),
              ...(task.caseNumber === null ? [] : [{ id: 'case', label: t('Case'), link: link('case') }]),
            ]}
          />
        </Stack>
      }
    >
      {/* The form stays mounted while other tabs are open: what was entered must survive a look at the case. */}
      <div hidden={tab !== 'form'}>
        <FormPart key={task.id} task={task} completing={setCompleting} />
      </div>
      {tab === 'process' && task.processInstanceId != null && (
        <InstanceDiagram id={task.processInstanceId} selected={task.taskDefinitionKey ?? undefined} />
      )}
      {tab === 'case' && task.caseNumber !== null && <TaskCase reference={task.caseNumber} />}
    </Page>
  );
}
