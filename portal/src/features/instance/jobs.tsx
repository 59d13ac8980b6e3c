/** What the engine does later of an instance: timers, and what it goes on with by itself. Tried, fired, moved and suspended here. */
import { ActionIcon, Button, Menu, Text } from '@mantine/core';
import { useState } from 'react';
import { api, take } from '../../api/client';
import { jobsQuery, type Job } from '../../api/instances';
import { useCan } from '../../app/permissions';
import { plural, t } from '../../i18n';
import { dateTime } from '../../lib/format';
import { Tag, TimeAgo } from '../../ui/badges';
import { Icon } from '../../ui/icons';
import { later } from '../../ui/later';
import { useChange } from './change';
import { FailureText } from './failure-text';
import { ActionsHead, ElementCell, PanelList, type PanelProps } from './list';

const RetriesDialog = later(async () => (await import('./retries-dialog')).RetriesDialog);
const DueDialog = later(async () => (await import('./due-dialog')).DueDialog);

export function Jobs({ instance, element, nameOf, select, isEnded }: PanelProps) {
  const may = useCan()('process-instance:update') && !isEnded;
  const [open, setOpen] = useState<{ what: 'retries' | 'due'; job: Job } | null>(null);
  const change = useChange();
  const close = () => setOpen(null);
  const patch = (job: Job, body: { retries?: number; dueAt?: string; isSuspended?: boolean }, done: string) =>
    change.mutate(
      {
        run: () =>
          take(
            api.PATCH('/api/v1/process-instances/{id}/jobs/{job}', {
              params: { path: { id: instance, job: job.id } },
              body,
            }),
          ),
        done,
        failed: t('Nothing was changed'),
        of: job.id,
      },
      { onSuccess: close },
    );
  const execute = (job: Job) =>
    change.mutate({
      run: () =>
        take(
          api.POST('/api/v1/process-instances/{id}/jobs/{job}/execute', {
            params: { path: { id: instance, job: job.id } },
          }),
        ),
      done: job.isTimer ? t('The timer has fired') : t('It ran'),
      failed: t('It was tried and failed again'),
      of: job.id,
    });
  return (
    <>
      <PanelList
        query={jobsQuery(instance, element)}
        caption={t('Jobs and timers')}
        none={t('Nothing waits to be done by the engine.')}
        isChosen={element !== null}
        head={
          <>
            <th scope="col">{t('Element')}</th>
            <th scope="col" className="cw-hide-narrow">
              {t('Due')}
            </th>
            <th scope="col">{t('Tries left')}</th>
            <ActionsHead />
          </>
        }
        row={(job) => (
          <tr key={job.id} data-testid="job-row">
            <th scope="row">
              <ElementCell element={job.elementId} nameOf={nameOf} select={select} />
              <Text size="xs" c="dimmed" component="div">
                {job.isTimer ? t('Timer') : t('Asynchronous step')}{' '}
                <span className="cw-only-narrow">
                  <Due job={job} />
                </span>
              </Text>
              <FailureText instance={instance} source={{ kind: 'job', id: job.id }} message={job.error} />
            </th>
            <td className="cw-hide-narrow">
              <Due job={job} />
            </td>
            <td>
              <Tries job={job} />
            </td>
            <td>
              {may && (
                <div className="cw-row-actions">
                  <Button
                    size="xs"
                    variant="default"
                    loading={change.isBusy(job.id)}
                    onClick={() => execute(job)}
                    data-testid="job-execute"
                  >
                    {job.isTimer ? t('Fire now') : t('Run now')}
                  </Button>
                  <JobMenu
                    job={job}
                    retries={() => setOpen({ what: 'retries', job })}
                    due={() => setOpen({ what: 'due', job })}
                    suspend={(isSuspended) =>
                      patch(job, { isSuspended }, isSuspended ? t('It is suspended') : t('It goes on'))
                    }
                  />
                </div>
              )}
            </td>
          </tr>
        )}
      />
      {open?.what === 'retries' && (
        <RetriesDialog
          now={open.job.retries}
          isBusy={change.isPending}
          save={(retries) =>
            patch(open.job, { retries }, plural('{count} try is left', '{count} tries are left', retries))
          }
          close={close}
        />
      )}
      {open?.what === 'due' && (
        <DueDialog
          now={open.job.dueAt}
          isBusy={change.isPending}
          save={(dueAt) => patch(open.job, { dueAt }, t('It is due {at}', { at: dateTime(dueAt) }))}
          close={close}
        />
      )}
    </>
  );
}

function Due({ job }: { job: Job }) {
  return job.dueAt === null ? <span>{t('as soon as can be')}</span> : <TimeAgo at={job.dueAt} />;
}

function Tries({ job }: { job: Job }) {
  return (
    <span style={{ display: 'inline-flex', gap: 6, flexWrap: 'wrap' }}>
      <Tag tone={job.retries === 0 ? 'danger' : 'neutral'} icon={job.retries === 0 ? 'incident' : undefined}>
        {String(job.retries)}
      </Tag>
      {job.isSuspended && (
        <Tag tone="warning" icon="pause">
          {t('Suspended')}
        </Tag>
      )}
    </span>
  );
}

function JobMenu({
  job,
  retries,
  due,
  suspend,
}: {
  job: Job;
  retries: () => void;
  due: () => void;
  suspend: (isSuspended: boolean) => void;
}) {
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="default" size={30} aria-label={t('More actions')} data-testid="job-menu">
          <Icon name="dots" size={16} stroke={3} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={retries}>{t('Set the tries')}</Menu.Item>
        <Menu.Item onClick={due}>{t('Move to another time')}</Menu.Item>
        <Menu.Item onClick={() => suspend(!job.isSuspended)}>{job.isSuspended ? t('Resume') : t('Suspend')}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
