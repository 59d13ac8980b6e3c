/** The processes of a case type, and what starts each. */
import type { CaseDefinition, CaseProcessRef } from '../../../api/schema';
import { t } from '../../../i18n';
import { FactTable, Named } from './fact-table';

export function Processes({ of }: { of: CaseDefinition }) {
  const stageName = (id: string | null | undefined) => of.stages.find((stage) => stage.id === id)?.name ?? id ?? '–';
  const startWords = ({ start, stage }: CaseProcessRef) => {
    if (start === 'on-create') return t('With the case');
    if (start === 'on-stage') return t('With stage “{name}”', { name: stageName(stage) });
    return stage == null ? t('By hand') : t('By hand, in stage “{name}”', { name: stageName(stage) });
  };
  return (
    <FactTable
      title={t('Processes')}
      testId="version-processes"
      columns={[t('Process'), t('Starts')]}
      rows={of.processes.map((process) => ({
        key: process.key,
        cells: [<Named key="name" name={process.name} id={process.key} />, startWords(process)],
      }))}
    />
  );
}
