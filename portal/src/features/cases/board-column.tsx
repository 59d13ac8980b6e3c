/** One stage of the board. */
import { Button, Group, Text } from '@mantine/core';
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { casePagesQuery, countedCasesQuery } from '../../api/queries';
import type { Case, CaseDefinition, CaseStage } from '../../api/schema';
import { t } from '../../i18n';
import { fieldValue } from '../../lib/format';
import { unique } from '../../lib/pages';
import { Failure, Loading } from '../../ui/states';
import { columnQuery, type CaseFilters } from './filters';
import { BoardCard, type Move } from './board-card';

/** Cards a column loads at once. */
const COLUMN_PAGE = 40;

/** One stage: how many cases are in it, as the server counts them, and as many cards as were asked for. */
export function BoardColumn({
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
        <BoardCard key={item.id} item={item} stages={definition.stages} move={move} drag={drag} />
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
