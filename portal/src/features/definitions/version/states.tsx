/** The statuses of a case type with what each means to the platform, how its cases may end, and what they may reach on their way. */
import type { CaseDefinition, StatusKind } from '../../../api/schema';
import { t } from '../../../i18n';
import { FactTable, Named } from './fact-table';

const names = (all: readonly { id: string; name: string }[]) =>
  all.map(({ id, name }) => ({ key: id, cells: [<Named key="name" name={name} id={id} />] }));

export function States({ of }: { of: CaseDefinition }) {
  return (
    <>
      <FactTable
        title={t('Statuses')}
        testId="version-statuses"
        columns={[t('Status'), t('Means')]}
        rows={of.statuses.map(({ id, name, kind }) => ({
          key: id,
          cells: [<Named key="name" name={name} id={id} />, kindName(kind)],
        }))}
      />
      <FactTable
        title={t('Resolutions')}
        testId="version-resolutions"
        columns={[t('Resolution')]}
        rows={names(of.resolutions ?? [])}
      />
      <FactTable
        title={t('Milestones')}
        testId="version-milestones"
        columns={[t('Milestone')]}
        rows={names(of.milestones ?? [])}
      />
    </>
  );
}

function kindName(kind: StatusKind): string {
  if (kind === 'closed') return t('The case is over');
  return kind === 'paused' ? t('Clocks wait') : t('Clocks run');
}
