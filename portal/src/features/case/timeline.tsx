/** The case's history as an ordered list, by day: what people and customers did, and what the platform did folded between. */
import { Button, Chip, Group, Switch, Text } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Fragment, useCallback, useMemo, useState } from 'react';
import { timelineQuery } from '../../api/queries';
import type { Case, TimelineItem } from '../../api/schema';
import { plural, t } from '../../i18n';
import { day } from '../../lib/format';
import { Icon } from '../../ui/icons';
import { Empty, Failure, Loading } from '../../ui/states';
import { Entry } from './timeline-entry';
import { folded, isOpen, lineTime, toggledFold, unfolded, type Line } from './timeline-fold';
import { kindsOf, type KindGroup } from './timeline-kinds';
import { useEntryNames } from './timeline-names';
import { useEventLink } from './use-event-link';

const NOTHING: TimelineItem[] = [];

export function Timeline({ item }: { item: Case }) {
  const [group, setGroup] = useState<KindGroup | 'all'>('all');
  const [everything, setEverything] = useLocalStorage({
    key: 'casewright.timeline.everything',
    defaultValue: false,
    getInitialValueInEffect: false,
  });
  const query = useInfiniteQuery(timelineQuery(item.id, group === 'all' ? undefined : kindsOf(group)));
  const entries = useMemo(() => query.data?.pages.flatMap((page) => page.items) ?? NOTHING, [query.data]);
  // Who asks for one kind of entries has said what they want to see.
  const folds = group === 'all' && everything !== true;
  const lines = useMemo(() => (folds ? folded(entries) : unfolded(entries)), [folds, entries]);
  const names: [KindGroup | 'all', string][] = [
    ['all', t('Everything')],
    ['comments', t('Comments')],
    ['mail', t('Mail')],
    ['work', t('Work')],
    ['changes', t('Changes')],
  ];
  return (
    <section aria-label={t('Timeline')}>
      <Group mb="md" gap="sm" justify="space-between">
        <Chip.Group value={group} onChange={(value) => setGroup(value as KindGroup | 'all')}>
          <Group gap={6}>
            {names.map(([value, label]) => (
              <Chip key={value} value={value} size="xs" variant="light">
                {label}
              </Chip>
            ))}
          </Group>
        </Chip.Group>
        {group === 'all' && (
          <Switch
            size="xs"
            label={t('Show everything')}
            checked={everything === true}
            onChange={(event) => setEverything(event.currentTarget.checked)}
            data-testid="timeline-everything"
          />
        )}
      </Group>
      {query.isPending ? (
        <Loading />
      ) : query.data === undefined ? (
        <Failure error={query.error} retry={() => void query.refetch()} />
      ) : entries.length === 0 ? (
        <Empty icon="clock" title={t('Nothing here yet')}>
          {t('What happens to this case appears here by itself.')}
        </Empty>
      ) : (
        <Lines
          item={item}
          lines={lines}
          entries={entries}
          hasMore={query.hasNextPage}
          isLoading={query.isFetchingNextPage}
          more={query.fetchNextPage}
        />
      )}
      {query.hasNextPage && (
        <Button
          variant="default"
          fullWidth
          mt="sm"
          loading={query.isFetchingNextPage}
          onClick={() => void query.fetchNextPage()}
        >
          {t('Show earlier')}
        </Button>
      )}
    </section>
  );
}

interface LinesProps {
  item: Case;
  lines: Line[];
  entries: TimelineItem[];
  hasMore: boolean;
  isLoading: boolean;
  more: () => unknown;
}

function Lines({ item, lines, entries, hasMore, isLoading, more }: LinesProps) {
  const names = useEntryNames(item);
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set());
  const reveal = useCallback((id: string) => setOpened((now) => new Set(now).add(id)), []);
  const named = useEventLink({
    ids: useMemo(() => entries.map((entry) => entry.id), [entries]),
    hasMore,
    isLoading,
    more: useCallback(() => void more(), [more]),
    reveal,
  });
  const entry = (each: TimelineItem) => (
    <Entry key={each.id} item={item} entry={each} names={names} isNamed={each.id === named} />
  );
  return (
    <ol className="cw-timeline">
      {lines.map((line, index) => {
        const before = lines[index - 1];
        const heading = day(lineTime(line));
        const isNewDay = before === undefined || day(lineTime(before)) !== heading;
        return (
          <Fragment key={line.kind === 'entry' ? line.entry.id : `fold-${line.id}`}>
            {isNewDay && (
              <li>
                <Text component="h2" size="xs" fw={600} c="dimmed" mb={10} mt={4}>
                  {heading}
                </Text>
              </li>
            )}
            {line.kind === 'entry' ? (
              entry(line.entry)
            ) : (
              <Fold
                count={line.entries.length}
                opened={isOpen(line.entries, opened)}
                toggle={() => setOpened((now) => toggledFold(line.entries, now))}
              >
                {line.entries.map(entry)}
              </Fold>
            )}
          </Fragment>
        );
      })}
    </ol>
  );
}

function Fold({
  count,
  opened,
  toggle,
  children,
}: {
  count: number;
  opened: boolean;
  toggle: () => void;
  children: React.ReactNode;
}) {
  return (
    <>
      <li className="cw-event" data-testid="timeline-fold">
        <span className="cw-event-icon cw-tone-neutral">
          <Icon name="bolt" size={15} />
        </span>
        <div className="cw-event-body">
          <button type="button" className="cw-fold" aria-expanded={opened} onClick={toggle}>
            {plural('{count} automatic step', '{count} automatic steps', count)}
            <Icon name={opened ? 'up' : 'down'} size={14} />
          </button>
        </div>
      </li>
      {opened && children}
    </>
  );
}
