/** What colleagues noted on a mail. It stays in the house. */
import { Button, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { notesQuery } from '../../api/correspondence';
import type { Case, TimelineItem } from '../../api/schema';
import { t } from '../../i18n';
import { TimeAgo } from '../../ui/badges';
import { Icon } from '../../ui/icons';
import { CommentBox } from './comment-box';

/** Notes on a mail that are there still, in the order they were written. */
export function notesOn(mail: string, story: TimelineItem[]): TimelineItem[] {
  return story.filter(({ data }) => data.mailId === mail && data.deleted !== true).reverse();
}

/** `children`: what else can be done with the mail, in the same row. */
export function MailNotes({
  item,
  mail,
  may,
  children,
}: {
  item: Case;
  mail: string;
  may: boolean;
  children?: ReactNode;
}) {
  const story = useQuery(notesQuery(item.id)).data ?? [];
  const [writes, setWrites] = useState(false);
  const notes = notesOn(mail, story);
  return (
    <>
      {notes.length > 0 && (
        <Stack component="ul" gap={6} p={0} m={0} style={{ listStyle: 'none' }} aria-label={t('Internal notes')}>
          {notes.map((note) => (
            <li key={note.id} className="cw-mail-note" data-testid="mail-note">
              <Text size="xs" c="dimmed">
                {note.actor.name} · <TimeAgo at={note.at} />
              </Text>
              <Text size="sm" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
                {String(note.data.body)}
              </Text>
            </li>
          ))}
        </Stack>
      )}
      {may && (
        <Group gap="xs">
          {children}
          <Button
            variant="subtle"
            size="compact-sm"
            leftSection={<Icon name="comment" size={15} />}
            onClick={() => setWrites(!writes)}
            aria-expanded={writes}
            data-testid="mail-note-write"
          >
            {t('Internal note')}
          </Button>
        </Group>
      )}
      {may && writes && <CommentBox item={item} mail={mail} written={() => setWrites(false)} />}
    </>
  );
}
