/** `/cases/board`: the cases of one definition by stage, or by what else a person chooses. Dragging is never the only way: every card has "Move to". */
import { Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { definitionsQuery, meQuery, queuesQuery, usersQuery } from '../../api/queries';
import type { CaseDefinition } from '../../api/schema';
import { t } from '../../i18n';
import { Icon } from '../../ui/icons';
import { later } from '../../ui/later';
import { Page } from '../../ui/page';
import { Empty, Failure, Loading } from '../../ui/states';
import { AXES, axisName, axisOf, columnsOfAxis, isWithin } from './axes';
import { BoardColumn } from './board-column';
import './cases.css';
import { FilterBar } from './filter-bar';
import type { CaseFilters } from './filters';
import { useMoves } from './use-moves';
import { ViewSwitch } from './view-switch';

const DemandDialog = later(async () => (await import('../case/demand')).DemandDialog);
const route = getRouteApi('/cases/board');

export function Board() {
  const filters = route.useSearch();
  const navigate = useNavigate();
  const definitions = useQuery(definitionsQuery);
  const chosen = definitions.data?.find((each) => each.key === filters.definition) ?? definitions.data?.[0];
  const change = (next: CaseFilters) => void navigate({ to: '/cases/board', search: next, replace: true });
  return (
    <Page
      title={t('Board')}
      documentTitle={chosen === undefined ? t('Board') : `${chosen.name} · ${t('Board')}`}
      width={1800}
      actions={
        <>
          <Select
            w={150}
            size="xs"
            aria-label={t('Columns of the board')}
            leftSection={<Icon name="board" size={14} />}
            data={AXES.map((axis) => ({ value: axis, label: axisName(axis) }))}
            value={axisOf(filters)}
            allowDeselect={false}
            onChange={(axis) => change({ ...filters, axis: axis === 'stage' ? undefined : (axis ?? undefined) })}
            data-testid="board-axis"
          />
          <ViewSwitch current="board" filters={filters} />
        </>
      }
    >
      <FilterBar
        filters={{ ...filters, definition: chosen?.key }}
        hideStage={axisOf(filters) === 'stage'}
        implied={filters.definition === undefined ? 'definition' : undefined}
        change={change}
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
  const axis = axisOf(filters);
  const queues = useQuery({ ...queuesQuery, enabled: axis === 'queue' }).data ?? [];
  const people = useQuery({ ...usersQuery(''), enabled: axis === 'assignee' }).data ?? [];
  const me = useQuery(meQuery).data?.id;
  const all = columnsOfAxis(axis, definition, { queues, people });
  const columns = all.filter((column) => isWithin(column, filters, me));
  const { moves, demand, settle } = useMoves(columns);
  return (
    <>
      <div className="cw-board" role="region" aria-label={t('Board')} tabIndex={0}>
        {columns.map((column) => (
          <BoardColumn
            key={column.id}
            definition={definition}
            column={column}
            columns={columns}
            filters={filters}
            moves={moves}
          />
        ))}
      </div>
      {demand !== null && <DemandDialog demand={demand} definition={definition} close={settle} />}
    </>
  );
}
