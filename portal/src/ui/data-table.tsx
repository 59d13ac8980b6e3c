/**
 * A real `<table>` over long lists: only the rows in view are in the document, `aria-rowcount` tells the whole.
 * Rows are gone through with j/k or the arrows and opened with Enter; more rows are asked for before the end comes into view.
 */
import { Checkbox } from '@mantine/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { t } from '../i18n';
import { areKeysOn, isFor } from '../lib/keys';
import { Icon } from './icons';

const ROW_HEIGHT = 44;

export interface Column<T> {
  id: string;
  header: string;
  cell: (row: T) => ReactNode;
  sort?: string;
  width?: number | string;
  rowHeader?: boolean;
  hideNarrow?: boolean;
  hideMedium?: boolean;
}
interface Props<T> {
  caption: string;
  rows: T[];
  total?: number | null;
  columns: Column<T>[];
  rowKey: (row: T) => string;
  open: (row: T) => void;
  sort?: { of: (field: string) => 'ascending' | 'descending' | 'none'; toggle: (field: string) => void };
  more?: () => void;
  hasMore?: boolean;
  rowTestId?: string;
  selection?: Selection;
  peek?: Peek<T>;
}

/** A look at a row beside the list: with the space bar where the list stands; while it is open it goes where the list goes. */
export interface Peek<T> {
  /** Key of the row that is looked at. */
  open: string | null;
  show: (row: T | null) => void;
}

/** Choosing rows: by their boxes, with `x` where the list stands, with the shift key from the last one on. */
export interface Selection {
  has: (key: string) => boolean;
  /** What the box of the head shows. */
  all: 'none' | 'some' | 'all';
  toggle: (key: string, range: boolean) => void;
  toggleAll: () => void;
}

export function DataTable<T extends object>({
  caption,
  rows,
  total,
  columns,
  rowKey,
  open,
  sort,
  more,
  hasMore = false,
  rowTestId,
  selection,
  peek,
}: Props<T>) {
  const scroller = useRef<HTMLDivElement>(null);
  const [current, setCurrent] = useState(-1);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 12,
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (hasMore && rows.length > 0 && last >= rows.length - 20) more?.();
  }, [hasMore, last, rows.length, more]);

  const move = (to: number) => {
    const next = Math.max(0, Math.min(rows.length - 1, to));
    setCurrent(next);
    virtual.scrollToIndex(next);
    if (peek !== undefined && peek.open !== null && rows[next] !== undefined) peek.show(rows[next]);
  };
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (
        event.ctrlKey ||
        event.metaKey ||
        event.altKey ||
        (event.target instanceof HTMLElement &&
          event.target.closest('input, textarea, select, button, a, [role="dialog"], [role="menu"]') !== null &&
          !isFor('next-row', event.key) &&
          !isFor('previous-row', event.key))
      )
        return;
      if (event.target instanceof HTMLElement && event.target.closest('input, textarea, [role="dialog"]') !== null)
        return;
      if (!areKeysOn() && event.key.length === 1) return;
      if (isFor('next-row', event.key) || event.key === 'ArrowDown') move(current + 1);
      else if (isFor('previous-row', event.key) || event.key === 'ArrowUp') move(current - 1);
      else if (event.key === 'Enter' && rows[current] !== undefined) open(rows[current]);
      else if (event.key === ' ' && peek !== undefined && rows[current] !== undefined)
        peek.show(peek.open === rowKey(rows[current]) ? null : rows[current]);
      else if (event.key === 'Escape' && peek !== undefined && peek.open !== null) peek.show(null);
      else if (isFor('choose-row', event.key.toLowerCase()) && selection !== undefined && rows[current] !== undefined)
        selection.toggle(rowKey(rows[current]), event.shiftKey);
      else return;
      event.preventDefault();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  });

  const above = items[0]?.start ?? 0;
  const below = virtual.getTotalSize() - (items.at(-1)?.end ?? 0);
  return (
    <div
      ref={scroller}
      className="cw-table-scroll cw-panel"
      style={{ maxHeight: 'calc(100dvh - 220px)', minHeight: 120 }}
      tabIndex={0}
      role="region"
      aria-label={caption}
    >
      <table className="cw-table cw-table-fixed" aria-rowcount={(total ?? rows.length) + 1}>
        <caption className="cw-visually-hidden">{caption}</caption>
        <thead>
          <tr aria-rowindex={1}>
            {selection !== undefined && (
              <th scope="col" className="cw-choose">
                <Checkbox
                  size="xs"
                  aria-label={t('Choose all rows that are loaded')}
                  checked={selection.all === 'all'}
                  indeterminate={selection.all === 'some'}
                  onChange={selection.toggleAll}
                  data-testid="choose-loaded"
                />
              </th>
            )}
            {columns.map((column) => (
              <th
                key={column.id}
                scope="col"
                style={{ width: column.width }}
                className={hiding(column)}
                aria-sort={column.sort !== undefined && sort !== undefined ? sort.of(column.sort) : undefined}
              >
                {column.sort !== undefined && sort !== undefined ? (
                  <SortButton
                    label={column.header}
                    direction={sort.of(column.sort)}
                    toggle={() => sort.toggle(column.sort ?? '')}
                  />
                ) : (
                  column.header
                )}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {/* One cell: a span over columns that are hidden would make room for them, which titles lack. */}
          {above > 0 && (
            <tr aria-hidden="true" style={{ height: above }}>
              <td style={{ padding: 0 }} />
            </tr>
          )}
          {items.map((item) => {
            const row = rows[item.index];
            if (row === undefined) return null;
            return (
              <tr
                key={rowKey(row)}
                aria-rowindex={item.index + 2}
                data-index={item.index}
                ref={virtual.measureElement}
                data-current={item.index === current}
                data-chosen={selection?.has(rowKey(row))}
                data-peeked={peek !== undefined && peek.open === rowKey(row)}
                data-testid={rowTestId}
                style={{ height: ROW_HEIGHT }}
              >
                {selection !== undefined && (
                  <td className="cw-choose">
                    <Checkbox
                      size="xs"
                      aria-label={t('Choose row {number}', { number: item.index + 1 })}
                      checked={selection.has(rowKey(row))}
                      onChange={() => undefined}
                      onClick={(event) => selection.toggle(rowKey(row), event.shiftKey)}
                      data-testid="choose-row"
                    />
                  </td>
                )}
                {columns.map((column) =>
                  column.rowHeader === true ? (
                    <th key={column.id} scope="row" className={hiding(column)}>
                      {column.cell(row)}
                    </th>
                  ) : (
                    <td key={column.id} className={hiding(column)}>
                      {column.cell(row)}
                    </td>
                  ),
                )}
              </tr>
            );
          })}
          {below > 0 && (
            <tr aria-hidden="true" style={{ height: below }}>
              <td style={{ padding: 0 }} />
            </tr>
          )}
        </tbody>
      </table>
    </div>
  );
}

function hiding(column: { hideNarrow?: boolean; hideMedium?: boolean }): string | undefined {
  return column.hideMedium === true ? 'cw-hide-medium' : column.hideNarrow === true ? 'cw-hide-narrow' : undefined;
}

function SortButton({ label, direction, toggle }: { label: string; direction: string; toggle: () => void }) {
  return (
    <button type="button" className="cw-sort" onClick={toggle} title={t('Sort by {column}', { column: label })}>
      {label}
      {direction !== 'none' && <Icon name={direction === 'ascending' ? 'up' : 'down'} size={13} stroke={2.25} />}
    </button>
  );
}
