/** The frame of a panel: its rows as a table, what is said when there are none, and more of them when they are asked for. */
import { Text } from '@mantine/core';
import { useInfiniteQuery, type UseInfiniteQueryOptions, type InfiniteData } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { Page } from '../../api/schema';
import { t } from '../../i18n';
import { unique } from '../../lib/pages';
import { Loaded } from '../../ui/states';
import { MorePages } from './more-pages';

export interface PanelProps {
  instance: string;
  element: string | null;
  /** Name of an element, for people. */
  nameOf: (element: string | null) => string;
  select: (element: string | null) => void;
  /** It has ended: nothing of it is changed any more. */
  isEnded: boolean;
}

export type ListQuery<T> = UseInfiniteQueryOptions<
  Page<T>,
  Error,
  InfiniteData<Page<T>>,
  (string | null)[],
  string | undefined
>;

interface Props<T> {
  query: ListQuery<T>;
  caption: string;
  head: ReactNode;
  /** Said when there is nothing. */
  none: string;
  isChosen: boolean;
}

export function PanelList<T extends { id: string }>({ row, ...panel }: Props<T> & { row: (item: T) => ReactNode }) {
  return <PanelTable {...panel} rows={(items) => items.map(row)} />;
}

/** A panel whose rows are made of all items together. */
export function PanelTable<T extends { id: string }>({
  query,
  caption,
  head,
  rows,
  none,
  isChosen,
}: Props<T> & { rows: (items: T[]) => ReactNode[] }) {
  const list = useInfiniteQuery(query);
  return (
    <Loaded query={list} rows={3}>
      {(data) => {
        const items = unique(data.pages);
        return items.length === 0 ? (
          <Text p="md" size="sm" c="dimmed" data-testid="panel-empty">
            {none} {isChosen && t('Only what is at the chosen element is shown.')}
          </Text>
        ) : (
          <>
            <div className="cw-table-scroll cw-instance-rows" tabIndex={0} role="region" aria-label={caption}>
              <table className="cw-table cw-table-facts">
                <caption className="cw-visually-hidden">{caption}</caption>
                <thead>
                  <tr>{head}</tr>
                </thead>
                <tbody>{rows(items)}</tbody>
              </table>
            </div>
            <MorePages of={list} />
          </>
        );
      }}
    </Loaded>
  );
}

/** The element that a row is at: chosen with one click, so that everything is about it. */
export function ElementCell({
  element,
  nameOf,
  select,
}: { element: string | null } & Pick<PanelProps, 'nameOf' | 'select'>) {
  if (element === null) return <span>–</span>;
  return (
    <button type="button" className="cw-sort cw-element" onClick={() => select(element)}>
      {nameOf(element)}
    </button>
  );
}

/** A column of controls has a name for those who do not see it. */
export function ActionsHead() {
  return (
    <th scope="col">
      <span className="cw-visually-hidden">{t('Actions')}</span>
    </th>
  );
}
