/** The previous and the next case of the list that this one was opened from. */
import { ActionIcon, Group, Text, Tooltip } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { caseQuery, casesQuery, LIST_PAGE } from '../../api/queries';
import { t } from '../../i18n';
import { extended, keepList, placeIn, useKeptList, type CaseList } from '../../lib/case-list';
import { usePageActions } from '../../lib/page-actions';
import { Icon } from '../../ui/icons';
import { report } from '../../ui/toast';
import type { CaseTab } from './tabs';

export function Neighbours({ number, tab }: { number: string; tab: CaseTab }) {
  const list = useKeptList();
  const place = placeIn(list, number);
  const queries = useQueryClient();
  const navigate = useNavigate();
  const go = (ref: string) => void navigate({ to: '/cases/$ref/$tab', params: { ref, tab } });
  // Only the page that follows is asked for; what was loaded of the list stays as it was.
  const more = useMutation({
    mutationFn: async (from: CaseList) => {
      const query = { ...from.query, limit: LIST_PAGE, cursor: from.cursor ?? undefined };
      const page = await queries.fetchQuery(casesQuery(query));
      return extended(
        from,
        page.items.map((item) => item.number),
        page.nextCursor,
      );
    },
    onSuccess: (longer) => {
      keepList(longer);
      const next = placeIn(longer, number)?.next;
      if (next != null) go(next);
    },
    onError: (error) => report(error, t('The list could not be loaded further')),
  });
  const forward = () => {
    if (place?.next != null) go(place.next);
    else if (list !== null && place?.needsMore === true && !more.isPending) more.mutate(list);
  };
  const back = () => {
    if (place?.previous != null) go(place.previous);
  };
  usePageActions([
    { id: 'previous-case', run: back, isAllowed: place?.previous != null },
    { id: 'next-case', run: forward, isAllowed: place?.next != null || place?.needsMore === true },
  ]);
  if (list === null || place === null) return null;
  // What comes next is there when it is wanted.
  const ready = (ref: string | null) => {
    if (ref !== null) void queries.prefetchQuery({ ...caseQuery(ref), staleTime: 5_000 });
  };
  return (
    <Group gap={4} wrap="nowrap" component="nav" aria-label={t('Cases of the list')} data-testid="neighbours">
      <Step label={t('Previous case')} icon="up" to={place.previous} tab={tab} ready={ready} />
      <Text size="sm" c="dimmed" className="cw-num" data-testid="place-in-list">
        {t('{position} of {total}', { position: place.position, total: place.total })}
      </Text>
      {place.next === null && place.needsMore ? (
        <ActionIcon
          variant="default"
          size={28}
          aria-label={t('Next case')}
          loading={more.isPending}
          onClick={forward}
          data-testid="next-case"
        >
          <Icon name="down" size={16} />
        </ActionIcon>
      ) : (
        <Step label={t('Next case')} icon="down" to={place.next} tab={tab} ready={ready} />
      )}
    </Group>
  );
}

interface StepProps {
  label: string;
  icon: 'up' | 'down';
  to: string | null;
  tab: CaseTab;
  ready: (ref: string | null) => void;
}

function Step({ label, icon, to, tab, ready }: StepProps) {
  const testId = icon === 'up' ? 'previous-case' : 'next-case';
  if (to === null)
    return (
      <ActionIcon variant="default" size={28} aria-label={label} disabled data-testid={testId}>
        <Icon name={icon} size={16} />
      </ActionIcon>
    );
  return (
    <Tooltip label={`${label}: ${to}`}>
      <ActionIcon
        component={Link}
        to="/cases/$ref/$tab"
        params={{ ref: to, tab } as never}
        variant="default"
        c="inherit"
        size={28}
        aria-label={label}
        onMouseEnter={() => ready(to)}
        onFocus={() => ready(to)}
        data-testid={testId}
      >
        <Icon name={icon} size={16} />
      </ActionIcon>
    </Tooltip>
  );
}
