/** How far a case has come: its stages, those beside the usual way once it is in them, and its milestones. */
import { Group, VisuallyHidden } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { stagesQuery } from '../../api/queries';
import type { Case, CaseDefinition, CaseStages } from '../../api/schema';
import { t } from '../../i18n';
import { Tag, TimeAgo } from '../../ui/badges';

type Stage = Pick<CaseStages['stages'][number], 'id' | 'name' | 'kind' | 'state'>;

export function Stages({ item, definition }: { item: Case; definition: CaseDefinition }) {
  const known = useQuery(stagesQuery(item.id)).data;
  const stages = (known === undefined ? guessed(item, definition) : current(known.stages, item)).filter(
    (stage) => stage.kind === 'primary' || stage.state !== 'ahead',
  );
  const words = { done: t('done'), current: t('current stage'), ahead: t('to come'), skipped: t('skipped') };
  return (
    <div>
      <ol className="cw-steps" aria-label={t('Stages')}>
        {stages.map((stage) => (
          <li
            key={stage.id}
            className="cw-step"
            data-state={stage.state}
            aria-current={stage.state === 'current' ? 'step' : undefined}
            data-testid={stage.id === item.stage ? 'case-stage' : undefined}
          >
            <div className="cw-clip">{stage.name}</div>
            {stage.state === 'skipped' ? (
              <div>{words.skipped}</div>
            ) : (
              <VisuallyHidden>{words[stage.state]}</VisuallyHidden>
            )}
          </li>
        ))}
      </ol>
      {known === undefined && definition.milestones?.length ? (
        <ul className="cw-milestones" aria-hidden>
          <li>
            <Tag tone="neutral">&nbsp;</Tag>
          </li>
        </ul>
      ) : null}
      {known !== undefined && known.milestones.length > 0 && <Milestones milestones={known.milestones} />}
    </div>
  );
}

function Milestones({ milestones }: { milestones: CaseStages['milestones'] }) {
  return (
    <ul className="cw-milestones" aria-label={t('Milestones')} data-testid="milestones">
      {milestones.map(({ id, name, reachedAt }) => (
        <li key={id} data-reached={reachedAt !== null}>
          <Group gap={6} wrap="nowrap">
            <Tag tone={reachedAt === null ? 'neutral' : 'success'} icon={reachedAt === null ? 'stage' : 'check'}>
              {name}
            </Tag>
            {reachedAt === null ? <VisuallyHidden>{t('to come')}</VisuallyHidden> : <TimeAgo at={reachedAt} />}
          </Group>
        </li>
      ))}
    </ul>
  );
}

/** A case that was just moved is in its new stage before the server has said so. */
function current(stages: CaseStages['stages'], item: Case): Stage[] {
  if (item.statusKind === 'closed' || stages.find(({ state }) => state === 'current')?.id === item.stage) return stages;
  return stages.map((stage) => ({
    ...stage,
    state: stage.id === item.stage ? 'current' : stage.state === 'current' ? 'done' : stage.state,
  }));
}

/** What the latest definition lets one think, until the server has told. */
function guessed(item: Case, definition: CaseDefinition): Stage[] {
  const at = definition.stages.findIndex((stage) => stage.id === item.stage);
  return definition.stages.map(({ id, name, kind }, index) => ({
    id,
    name,
    kind: kind ?? 'primary',
    state: index < at || item.statusKind === 'closed' ? 'done' : index === at ? 'current' : 'ahead',
  }));
}
