/** The rows of the list: chosen, looked at beside it, changed where they stand. */
import { useNavigate } from '@tanstack/react-router';
import type { Case } from '../../api/schema';
import { t } from '../../i18n';
import { DataTable, type Column } from '../../ui/data-table';
import type { useSelection } from './bulk/selection';
import { ariaSort, nextSort, type CaseFilters } from './filters';

interface Props {
  rows: Case[];
  total: number | null;
  columns: Column<Case>[];
  filters: CaseFilters;
  change: (next: CaseFilters) => void;
  /** Undefined: the person changes no cases by the dozen. */
  selection: ReturnType<typeof useSelection> | undefined;
  hasMore: boolean;
  more: () => void;
}

export function ListTable({ rows, total, columns, filters, change, selection, hasMore, more }: Props) {
  const navigate = useNavigate();
  return (
    <DataTable
      caption={t('Cases')}
      rows={rows}
      total={total}
      columns={columns}
      rowKey={(item) => item.id}
      rowTestId="case-row"
      selection={
        selection === undefined
          ? undefined
          : {
              has: (id) => selection.chosen.ids.has(id),
              all:
                selection.chosen.ids.size === 0 ? 'none' : selection.chosen.ids.size === rows.length ? 'all' : 'some',
              toggle: selection.toggle,
              toggleAll: selection.toggleLoaded,
            }
      }
      open={(item) => void navigate({ to: '/cases/$ref/$tab', params: { ref: item.number, tab: 'overview' } })}
      peek={{
        open: rows.find((item) => item.number === filters.peek)?.id ?? null,
        show: (item) => change({ ...filters, peek: item?.number }),
      }}
      sort={{
        of: (field) => ariaSort(filters.sort, field),
        toggle: (field) => change({ ...filters, sort: nextSort(filters.sort, field) }),
      }}
      hasMore={hasMore}
      more={more}
    />
  );
}
