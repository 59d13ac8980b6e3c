/** One column of the board. */
import { Button, Group, Text } from '@mantine/core';
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { casePagesQuery, countedCasesQuery } from '../../api/queries';
import type { Case, CaseDefinition } from '../../api/schema';
import { t } from '../../i18n';
import { keepList } from '../../lib/case-list';
import { counted, fieldValue } from '../../lib/format';
import { unique } from '../../lib/pages';
import { Tag } from '../../ui/badges';
import { Failure, Loading } from '../../ui/states';
import { columnQuery, type BoardColumnOf } from './axes';
import { BoardCard } from './board-card';
import type { CaseFilters } from './filters';

/** Cards a column loads at once. */
const COLUMN_PAGE = 40;

export interface Moves {
  /** Null: the person changes no cases. */
  move: ((item: Case, column: BoardColumnOf) => void) | null;
  drag: (item: Case) => void;
  dropOn: (column: BoardColumnOf) => void;
  /** Why a card stayed where it was, by the id of its case. */
  refusals: Readonly<Record<string, string>>;
  dismiss: (item: Case) => void;
}

/** How many cases are in it, as the server counts them, and as many cards as were asked for. */
export function BoardColumn({
  definition,
  column,
  columns,
  filters,
  moves,
}: {
  definition: CaseDefinition;
  column: BoardColumnOf;
  columns: BoardColumnOf[];
  filters: CaseFilters;
  moves: Moves;
}) {
  const [over, setOver] = useState(false);
  const asked = columnQuery(filters, definition.key, column);
  const query = useInfiniteQuery({ ...casePagesQuery(asked.open, COLUMN_PAGE), placeholderData: keepPreviousData });
  const closed =
    useQuery({ ...countedCasesQuery(asked.closed ?? asked.open, 1), enabled: asked.closed !== null }).data?.total ?? 0;
  // A card that was moved is in its new place before the server has said so.
  const cards = unique(query.data?.pages ?? []).filter((item) => column.has(item) && item.statusKind !== 'closed');
  const total = query.data?.pages[0]?.total ?? null;
  const isFull = column.limit !== null && total !== null && total > column.limit;
  // The case that is opened from here knows what stood above it and what comes next.
  const remember = () =>
    keepList({
      query: asked.open,
      numbers: cards.map((item) => item.number),
      total: total ?? cards.length,
      cursor: query.data?.pages.at(-1)?.nextCursor ?? null,
    });
  return (
    <section
      className="cw-column"
      data-over={over}
      data-full={isFull}
      aria-label={column.name}
      data-testid="board-column"
      data-stage={column.id}
      data-total={total ?? undefined}
      onDragOver={(event) => {
        if (moves.move !== null) {
          event.preventDefault();
          event.dataTransfer.dropEffect = 'move';
          setOver(true);
        }
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        moves.dropOn(column);
      }}
    >
      <Group justify="space-between" px={4} wrap="nowrap">
        <Text component="h2" fw={600} size="sm" className="cw-clip">
          {column.name}
        </Text>
        <Text size="xs" c="dimmed" className="cw-num">
          {total === null ? '–' : counted(total)}
          {column.limit !== null && ` / ${fieldValue(column.limit)}`}
          {asked.closed !== null && closed > 0 && ` · ${t('{count} closed', { count: counted(closed) })}`}
        </Text>
      </Group>
      {isFull && (
        <Tag tone="warning" icon="flame">
          {t('More than the {limit} that are meant to be here', { limit: column.limit ?? 0 })}
        </Tag>
      )}
      {query.isPending ? (
        <Loading rows={3} />
      ) : query.data === undefined ? (
        <Failure error={query.error} retry={() => void query.refetch()} />
      ) : (
        cards.length === 0 && (
          <Text size="xs" c="dimmed" ta="center" py="lg">
            {t('Nothing here')}
          </Text>
        )
      )}
      {cards.map((item) => (
        <BoardCard key={item.id} item={item} columns={columns} moves={moves} remember={remember} />
      ))}
      {query.hasNextPage && (
        <Button
          variant="subtle"
          size="compact-sm"
          loading={query.isFetchingNextPage}
          onClick={() => void query.fetchNextPage()}
          data-testid="board-more"
        >
          {t('Show more of {count}', { count: total === null ? '…' : counted(total) })}
        </Button>
      )}
    </section>
  );
}
