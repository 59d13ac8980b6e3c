/** The mark of a case that is followed, which is the way to follow it and to stop. */
import { ActionIcon, Tooltip } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { followingQuery, useFollow } from '../../api/following';
import type { Case } from '../../api/schema';
import { t } from '../../i18n';
import { Icon } from '../../ui/icons';

export function Follow({ item }: { item: Case }) {
  const following = useQuery(followingQuery(item.id)).data;
  const follow = useFollow();
  const follows = following?.isFollowing === true;
  const label = follows
    ? t('You follow {number}. Stop', { number: item.number })
    : t('Follow {number}: be told what happens', { number: item.number });
  return (
    <Tooltip label={label}>
      <ActionIcon
        variant={follows ? 'filled' : 'default'}
        size="lg"
        aria-label={label}
        aria-pressed={follows}
        loading={following === undefined || follow.isPending}
        onClick={() => follow.mutate({ id: item.id, follows: !follows })}
        data-testid="follow"
      >
        <Icon name="bell" size={17} />
      </ActionIcon>
    </Tooltip>
  );
}
