/** `/cases/changes`: what a person has changed of many cases lately, with the way back. */
import { useQuery } from '@tanstack/react-query';
import { batchesQuery } from '../../../api/batches';
import type { CaseBatch } from '../../../api/schema';
import { t } from '../../../i18n';
import { dateTime } from '../../../lib/format';
import { Page } from '../../../ui/page';
import { Empty, Loaded } from '../../../ui/states';
import { Panel } from '../../../ui/tabs';
import { BatchProgress } from './progress';

export function Batches() {
  const query = useQuery(batchesQuery);
  return (
    <Page title={t('Changes of many cases')}>
      <Loaded query={query} rows={4}>
        {(batches) =>
          batches.length === 0 ? (
            <div className="cw-panel">
              <Empty icon="edit" title={t('Nothing changed yet')}>
                {t('Choose cases in the list and change them together; what you did stands here.')}
              </Empty>
            </div>
          ) : (
            batches.map((batch) => (
              <Panel key={batch.id} title={`${dateTime(batch.startedAt)} · ${told(batch)}`}>
                <BatchProgress id={batch.id} first={batch} />
              </Panel>
            ))
          )
        }
      </Loaded>
    </Page>
  );
}

/** What was changed, by its names. */
function told({ change }: CaseBatch): string {
  const names: [string, string][] = [
    ['assignee', t('Assignee')],
    ['queue', t('Queue')],
    ['stage', t('Stage')],
    ['status', t('Status')],
    ['priority', t('Priority')],
    ['dueAt', t('Due')],
    ['addLabels', t('Labels')],
    ['removeLabels', t('Labels')],
    ['comment', t('Comment')],
    ['definitionVersion', t('Version')],
  ];
  return [...new Set(names.flatMap(([key, name]) => (key in change ? [name] : [])))].join(', ');
}
