/** `/cases/board`: the cases of one definition by stage. Dragging is never the only way: every card has "Move to". */
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useCallback, useRef, useState } from 'react';
import { definitionsQuery } from '../../api/queries';
import type { Case, CaseDefinition, CaseStage } from '../../api/schema';
import { useCan } from '../../app/permissions';
import { t } from '../../i18n';
import { Page } from '../../ui/page';
import { Empty, Failure, Loading } from '../../ui/states';
import { usePatchCase, type Demand } from '../case/actions';
import { DemandDialog } from '../case/demand';
import { FilterBar } from './filter-bar';
import type { CaseFilters } from './filters';
import { BoardColumn } from './board-column';
import { ViewSwitch } from './view-switch';

const route = getRouteApi('/cases/board');

export function Board() {
  const filters = route.useSearch();
  const navigate = useNavigate();
  const definitions = useQuery(definitionsQuery);
  const chosen = definitions.data?.find((each) => each.key === filters.definition) ?? definitions.data?.[0];
  return (
    <Page
      title={t('Board')}
      documentTitle={chosen === undefined ? t('Board') : `${chosen.name} · ${t('Board')}`}
      width={1800}
      actions={<ViewSwitch current="board" filters={filters} />}
    >
      <FilterBar
        filters={{ ...filters, definition: chosen?.key }}
        hideStage
        implied={filters.definition === undefined ? 'definition' : undefined}
        change={(next) => void navigate({ to: '/cases/board', search: next, replace: true })}
      />
      {definitions.isError ? (
        <Failure error={definitions.error} retry={() => void definitions.refetch()} />
      ) : definitions.data?.length === 0 ? (
        <Empty icon="board" title={t('No case types yet')}>
          {t('An administrator adds case definitions; each gets a board.')}
        </Empty>
      ) : chosen === undefined ? (
        <Loading />
      ) : (
        <Columns key={chosen.key} definition={chosen} filters={filters} />
      )}
    </Page>
  );
}

function Columns({ definition, filters }: { definition: CaseDefinition; filters: CaseFilters }) {
  const [demand, setDemand] = useState<Demand | null>(null);
  // What is dragged; a drop carries only its id, and the card may be in any column.
  const dragged = useRef<Case | null>(null);
  const drag = useCallback((item: Case) => {
    dragged.current = item;
  }, []);
  const may = useCan()('case:update');
  const patch = usePatchCase(undefined, setDemand);
  const move = (item: Case, stage: CaseStage) => {
    if (item.stage !== stage.id)
      patch.mutate({
        item,
        patch: { stage: stage.id },
        shown: { stageName: stage.name },
        done: t('{number} moved to {stage}', { number: item.number, stage: stage.name }),
      });
  };
  const dropOn = (stage: CaseStage) => {
    if (dragged.current !== null) move(dragged.current, stage);
    dragged.current = null;
  };
  return (
    <>
      <div className="cw-board" role="region" aria-label={t('Board')} tabIndex={0}>
        {definition.stages.map((stage) => (
          <BoardColumn
            key={stage.id}
            definition={definition}
            stage={stage}
            filters={filters}
            move={may ? move : null}
            drag={drag}
            dropOn={dropOn}
          />
        ))}
      </div>
      <DemandDialog demand={demand} definition={definition} close={() => setDemand(null)} />
    </>
  );
}
