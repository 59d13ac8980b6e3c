/** The stages of a case type, in their order: what each asks for, what it sets, and how many cases it takes. */
import type { CaseDefinition, CaseStage } from '../../../api/schema';
import { t } from '../../../i18n';
import { fieldValue } from '../../../lib/format';
import { labelOf } from '../../fields/labels';
import { FactTable, Named } from './fact-table';

export function Stages({ of }: { of: CaseDefinition }) {
  const fieldName = (key: string) => {
    const field = of.fields.find((each) => each.key === key);
    return field === undefined ? key : labelOf(field);
  };
  const statusName = (id: string) => of.statuses.find((each) => each.id === id)?.name ?? id;
  return (
    <FactTable
      title={t('Stages')}
      testId="version-stages"
      columns={[t('Stage'), t('Place'), t('Needs'), t('Sets the status'), t('Takes at most')]}
      rows={of.stages.map((stage) => ({
        key: stage.id,
        cells: [
          <Named key="name" name={stage.name} id={stage.id} />,
          placeName(stage.kind),
          (stage.required ?? []).map(fieldName).join(', ') || '–',
          stage.status == null ? '–' : statusName(stage.status),
          stage.wipLimit == null ? '–' : fieldValue(stage.wipLimit.limit),
        ],
      }))}
    />
  );
}

function placeName(kind: CaseStage['kind']): string {
  if (kind === 'alternate') return t('Beside the way');
  return kind === 'resolution' ? t('At the end') : t('On the way');
}
