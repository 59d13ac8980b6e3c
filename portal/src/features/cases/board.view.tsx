/** `/cases/board`: the cases of one definition by stage. Dragging is never the only way: every card has "Move to". */
import { ActionIcon, Button, Group, Menu, Text } from '@mantine/core';
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useCallback, useRef, useState } from 'react';
import { casePagesQuery, countedCasesQuery, definitionsQuery } from '../../api/queries';
import type { Case, CaseDefinition, CaseStage } from '../../api/schema';
import { useCan } from '../../app/permissions';
import { t } from '../../i18n';
import { fieldValue } from '../../lib/format';
import { unique } from '../../lib/pages';
import { mostUrgent } from '../../lib/sla';
import { PersonTag, SlaClock, Tag, useNow } from '../../ui/badges';
import { Icon } from '../../ui/icons';
import { Page } from '../../ui/page';
import { Empty, Failure, Loading } from '../../ui/states';
import { usePatchCase, type Demand } from '../case/actions';
import { DemandDialog } from '../case/demand';
import { FilterBar } from './filter-bar';
import { columnQuery, type CaseFilters } from './filters';
import { CaseLink, ViewSwitch } from './list.view';

const route = getRouteApi('/cases/board');
/** Cards a column loads at once. */
const COLUMN_PAGE = 40;

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

type Move = (item: Case, stage: CaseStage) => void;

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
          <Column
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

/** One stage: how many cases are in it, as the server counts them, and as many cards as were asked for. */
function Column({
  definition,
  stage,
  filters,
  move,
  drag,
  dropOn,
}: {
  definition: CaseDefinition;
  stage: CaseStage;
  filters: CaseFilters;
  move: Move | null;
  drag: (item: Case) => void;
  dropOn: (stage: CaseStage) => void;
}) {
  const [over, setOver] = useState(false);
  const asked = columnQuery(filters, definition.key, stage.id);
  const query = useInfiniteQuery({ ...casePagesQuery(asked.open, COLUMN_PAGE), placeholderData: keepPreviousData });
  const closed =
    useQuery({ ...countedCasesQuery(asked.closed ?? asked.open, 1), enabled: asked.closed !== null }).data?.total ?? 0;
  // A card that was moved is in its new place before the server has said so.
  const cards = unique(query.data?.pages ?? []).filter(
    (item) => item.stage === stage.id && item.statusKind !== 'closed',
  );
  const total = query.data?.pages[0]?.total ?? null;
  return (
    <section
      className="cw-column"
      data-over={over}
      aria-label={stage.name}
      data-testid="board-column"
      data-stage={stage.id}
      data-total={total ?? undefined}
      onDragOver={(event) => {
        if (move !== null) {
          event.preventDefault();
          setOver(true);
        }
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        dropOn(stage);
      }}
    >
      <Group justify="space-between" px={4}>
        <Text component="h2" fw={600} size="sm">
          {stage.name}
        </Text>
        <Text size="xs" c="dimmed" className="cw-num">
          {total === null ? '–' : fieldValue(total)}
          {asked.closed !== null && closed > 0 && ` · ${t('{count} closed', { count: fieldValue(closed) })}`}
        </Text>
      </Group>
      {query.isPending ? (
        <Loading rows={3} />
      ) : query.data === undefined ? (
        <Failure error={query.error} retry={() => void query.refetch()} />
      ) : (
        cards.length === 0 && (
          <Text size="xs" c="dimmed" ta="center" py="lg">
            {t('Nothing in this stage')}
          </Text>
        )
      )}
      {cards.map((item) => (
        <Card key={item.id} item={item} stages={definition.stages} move={move} drag={drag} />
      ))}
      {query.hasNextPage && (
        <Button
          variant="subtle"
          size="compact-sm"
          loading={query.isFetchingNextPage}
          onClick={() => void query.fetchNextPage()}
          data-testid="board-more"
        >
          {t('Show more of {count}', { count: total === null ? '…' : fieldValue(total) })}
        </Button>
      )}
    </section>
  );
}

function Card({
  item,
  stages,
  move,
  drag,
}: {
  item: Case;
  stages: CaseStage[];
  move: Move | null;
  drag: (item: Case) => void;
}) {
  const [dragging, setDragging] = useState(false);
  const now = useNow();
  const sla = mostUrgent(item.slas, now);
  return (
    <article
      className="cw-card"
      draggable={move !== null}
      data-dragging={dragging}
      data-testid="board-card"
      aria-label={`${item.number} ${item.title}`}
      onDragStart={(event) => {
        event.dataTransfer.setData('text/plain', item.id);
        event.dataTransfer.effectAllowed = 'move';
        drag(item);
        setDragging(true);
      }}
      onDragEnd={() => setDragging(false)}
    >
      <Group justify="space-between" wrap="nowrap" gap={4} mb={2}>
        <Text size="xs" c="dimmed" className="cw-num">
          {item.number}
        </Text>
        {move !== null && (
          <Menu position="bottom-end" withinPortal>
            <Menu.Target>
              <ActionIcon
                variant="subtle"
                c="inherit"
                size={24}
                aria-label={t('Move {number} to…', { number: item.number })}
              >
                <Icon name="dots" size={16} stroke={3} />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Label>{t('Move to')}</Menu.Label>
              {stages.map((stage) => (
                <Menu.Item key={stage.id} disabled={stage.id === item.stage} onClick={() => move(item, stage)}>
                  {stage.name}
                </Menu.Item>
              ))}
            </Menu.Dropdown>
          </Menu>
        )}
      </Group>
      <Text size="sm" fw={550} mb={8} lineClamp={3}>
        <CaseLink item={item}>{item.title}</CaseLink>
      </Text>
      <Group justify="space-between" gap={6} wrap="wrap">
        <Text size="xs" component="div" style={{ minWidth: 0 }}>
          <PersonTag person={item.assignee} />
        </Text>
        <Group gap={4}>
          {item.problem !== null && (
            <Tag tone="danger" icon="incident">
              {t('Problem')}
            </Tag>
          )}
          {sla !== null && <SlaClock sla={sla} />}
        </Group>
      </Group>
    </article>
  );
}
