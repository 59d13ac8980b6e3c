/** How far a case has come. */
import { VisuallyHidden } from '@mantine/core';
import type { Case, CaseDefinition } from '../../api/schema';
import { t } from '../../i18n';

export function Stages({ item, definition }: { item: Case; definition: CaseDefinition }) {
  const at = definition.stages.findIndex((stage) => stage.id === item.stage);
  return (
    <ol className="cw-steps" aria-label={t('Stages')}>
      {definition.stages.map((stage, index) => {
        const state = index < at || item.statusKind === 'closed' ? 'done' : index === at ? 'current' : 'ahead';
        return (
          <li
            key={stage.id}
            className="cw-step"
            data-state={state}
            aria-current={state === 'current' ? 'step' : undefined}
            data-testid={index === at ? 'case-stage' : undefined}
          >
            <div className="cw-clip">{stage.name}</div>
            <VisuallyHidden>
              {state === 'done' ? t('done') : state === 'current' ? t('current stage') : t('to come')}
            </VisuallyHidden>
          </li>
        );
      })}
    </ol>
  );
}
