/** When a task is due and when it comes up again, changed where it stands. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, take } from '../../api/client';
import type { Task } from '../../api/schema';
import { t } from '../../i18n';
import { dateTime } from '../../lib/format';
import { report } from '../../ui/toast';
import { DateForm } from '../case/properties/date-form';
import { Edit, Fact } from '../case/properties/property';
import { Due, useDueText } from './due';

type Which = 'dueAt' | 'followUpAt';

export function TaskDates({ task, may }: { task: Task; may: boolean }) {
  const queries = useQueryClient();
  const [open, setOpen] = useState<Which | null>(null);
  const change = useMutation({
    mutationFn: (body: Partial<Record<Which, string | null>>) =>
      take(api.PATCH('/api/v1/tasks/{id}', { params: { path: { id: task.id } }, body })),
    onSuccess: () => setOpen(null),
    onError: (error) => report(error, t('Not saved')),
    onSettled: () => queries.invalidateQueries({ queryKey: ['tasks'] }),
  });
  const due = useDueText(task);
  const date = (which: Which, label: string, none: string, testId: string) => {
    const at = task[which];
    const text = at === null ? '–' : dateTime(at);
    const value = which === 'dueAt' && at !== null ? <Due task={task} /> : text;
    if (!may) return at === null ? null : <Fact label={label}>{value}</Fact>;
    return (
      <Edit
        which={which}
        label={label}
        name={t('{label}: {value}. Change', { label, value: which === 'dueAt' ? due : text })}
        testId={testId}
        open={open}
        setOpen={setOpen}
        form={
          <DateForm
            label={label}
            none={none}
            at={at}
            save={(to) => change.mutate({ [which]: to })}
            testId={`${testId}-input`}
          />
        }
      >
        {value}
      </Edit>
    );
  };
  return (
    <>
      {date('dueAt', t('Due'), t('No due date'), 'task-due')}
      {task.source === 'process' && date('followUpAt', t('Follow-up'), t('No follow-up'), 'task-follow-up')}
    </>
  );
}
