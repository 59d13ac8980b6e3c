/** What people have to do for an instance. */
import { Link } from '@tanstack/react-router';
import { instanceTasksQuery } from '../../api/instances';
import { t } from '../../i18n';
import { PersonTag, TimeAgo } from '../../ui/badges';
import { PanelList, type PanelProps } from './list';

export function InstanceTasks({ instance, element, nameOf }: PanelProps) {
  return (
    <PanelList
      query={instanceTasksQuery(instance, element)}
      caption={t('User tasks')}
      none={t('Nobody has anything to do for it.')}
      isChosen={element !== null}
      head={
        <>
          <th scope="col">{t('Task')}</th>
          <th scope="col">{t('Assignee')}</th>
          <th scope="col" className="cw-hide-narrow">
            {t('Created')}
          </th>
          <th scope="col" className="cw-hide-narrow">
            {t('Due')}
          </th>
        </>
      }
      row={(task) => (
        <tr key={task.id} data-testid="user-task-row">
          <th scope="row">
            <Link to="/tasks/$id" params={{ id: task.id }} className="cw-link">
              {task.name ?? nameOf(task.elementId)}
            </Link>
          </th>
          <td>
            <PersonTag person={task.assignee} />
          </td>
          <td className="cw-hide-narrow">
            <TimeAgo at={task.createdAt} />
          </td>
          <td className="cw-hide-narrow">
            <TimeAgo at={task.dueAt} />
          </td>
        </tr>
      )}
    />
  );
}
