/** The next rows of a list that has more of them. */
import { Button, Group } from '@mantine/core';
import { t } from '../../i18n';

interface Pages {
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  fetchNextPage: () => Promise<unknown>;
}

export function MorePages({ of }: { of: Pages }) {
  if (!of.hasNextPage) return null;
  return (
    <Group justify="center" p="xs">
      <Button variant="subtle" size="xs" loading={of.isFetchingNextPage} onClick={() => void of.fetchNextPage()}>
        {t('Show more')}
      </Button>
    </Group>
  );
}
