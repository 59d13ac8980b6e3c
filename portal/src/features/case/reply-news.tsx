/** Others have answered meanwhile: told before a second answer leaves. */
import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { t } from '../../i18n';
import { TimeAgo } from '../../ui/badges';
import type { News } from './reply-send';

function sentence({ kind, by }: News): string {
  switch (kind) {
    case 'mail-received':
      return t('A mail of {name} came', { name: by });
    case 'mail-sent':
      return t('{name} sent an answer', { name: by });
    case 'mail-scheduled':
      return t('{name} wrote an answer that is about to be sent', { name: by });
    case 'mail-begun':
      return t('{name} is sending an answer', { name: by });
    case 'comment-added':
      return t('{name} wrote a comment', { name: by });
  }
}

interface Props {
  news: News[] | null;
  look: () => void;
  anyway: () => void;
  isPending: boolean;
}

export function ReplyNews({ news, look, anyway, isPending }: Props) {
  return (
    <Modal
      opened={news !== null}
      onClose={look}
      title={t('Somebody was faster')}
      closeButtonProps={{ 'aria-label': t('Close') }}
    >
      <Stack gap="sm" data-testid="reply-news">
        <Stack component="ul" gap={4} m={0} pl="md">
          {(news ?? []).map((each) => (
            <li key={each.id}>
              <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
                {sentence(each)} · <TimeAgo at={each.at} />
              </Text>
            </li>
          ))}
        </Stack>
        <Text size="sm">{t('Your answer has not been sent. It is as you left it.')}</Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={anyway} loading={isPending} data-testid="reply-anyway">
            {t('Send all the same')}
          </Button>
          <Button onClick={look} data-testid="reply-look" data-autofocus>
            {t('Look at it first')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
