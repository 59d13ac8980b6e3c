/** The work of one person, piece by piece, the most urgent first; each is handed on by its menu, or pulled onto somebody's row. */
import { Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { countedCasesQuery, countedTasksQuery } from '../../api/queries';
import type { Case } from '../../api/schema';
import { t } from '../../i18n';
import { fieldValue } from '../../lib/format';
import { mostUrgent } from '../../lib/sla';
import { SlaClock, TimeAgo, useNow } from '../../ui/badges';
import { Loaded } from '../../ui/states';
import { CaseLink } from '../cases/case-link';
import { toQuery, type CaseFilters } from '../cases/filters';
import { Due } from '../tasks/due';
import { HandMenu } from './hand-menu';
import type { Piece } from './use-handing';

/** Pieces that are shown one by one; the list behind the number has the others. */
const SHOWN = 20;

interface Props {
  person: string | null;
  filters: CaseFilters;
  drag: (piece: Piece | null) => void;
}

export function Pieces({ person, filters, drag }: Props) {
  const assignee = person ?? 'none';
  const cases = useQuery(countedCasesQuery(toQuery({ ...filters, assignee, sort: 'dueAt' }), SHOWN));
  const tasks = useQuery(countedTasksQuery({ assignee, sort: 'dueAt' }, SHOWN));
  return (
    <Stack gap={0} data-testid="pieces">
      <Loaded query={cases} rows={2}>
        {({ items, total }) => (
          <Listed title={t('Cases')} shown={items.length} total={total}>
            {items.map((item) => (
              <Work key={item.id} piece={{ kind: 'case', item }} drag={drag}>
                <CaseWords item={item} />
              </Work>
            ))}
          </Listed>
        )}
      </Loaded>
      <Loaded query={tasks} rows={2}>
        {({ items, total }) => (
          <Listed title={t('Tasks')} shown={items.length} total={total}>
            {items.map((item) => (
              <Work key={item.id} piece={{ kind: 'task', item }} drag={drag}>
                <Link to="/tasks/$id" params={{ id: item.id }} className="cw-link">
                  {item.name}
                </Link>
                <Text size="xs" c="dimmed">
                  {[item.caseNumber, item.caseTitle].filter(Boolean).join(' · ')}
                </Text>
                <Due task={item} />
              </Work>
            ))}
          </Listed>
        )}
      </Loaded>
    </Stack>
  );
}

function Listed({
  title,
  shown,
  total,
  children,
}: {
  title: string;
  shown: number;
  total: number | null;
  children: React.ReactNode;
}) {
  if (shown === 0) return null;
  return (
    <section aria-label={title}>
      <Text size="xs" c="dimmed" px={12} pt={8}>
        {total !== null && total > shown
          ? t('{title}: the {shown} most urgent of {count}', { title, shown, count: fieldValue(total) })
          : title}
      </Text>
      {children}
    </section>
  );
}

function CaseWords({ item }: { item: Case }) {
  const sla = mostUrgent(item.slas, useNow());
  return (
    <>
      <Text size="xs" c="dimmed" className="cw-num">
        {item.number}
      </Text>
      <CaseLink item={item}>{item.title}</CaseLink>
      <Text size="xs" c="dimmed">
        {item.stageName} · <TimeAgo at={item.createdAt} />
      </Text>
      {sla !== null && <SlaClock sla={sla} />}
    </>
  );
}

function Work({ piece, drag, children }: { piece: Piece; drag: Props['drag']; children: React.ReactNode }) {
  return (
    <div
      className="cw-work-item"
      draggable
      data-testid="piece"
      data-kind={piece.kind}
      onDragStart={(event) => {
        event.dataTransfer.setData('text/plain', piece.item.id);
        event.dataTransfer.effectAllowed = 'move';
        drag(piece);
      }}
      onDragEnd={() => drag(null)}
    >
      <Group gap={8} style={{ flex: '1 1 240px', minWidth: 0 }}>
        {children}
      </Group>
      <HandMenu piece={piece} />
    </div>
  );
}
