/** Writing a comment. The draft stays in this browser until it is sent; `@name` mentions people. */
import { Button, Group, Text, Textarea } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRef } from 'react';
import { api, take } from '../../api/client';
import { usersQuery } from '../../api/queries';
import type { Case, Person } from '../../api/schema';
import { t } from '../../i18n';
import { useAsked } from '../../lib/asked';
import { useDraft } from '../../lib/drafts';
import { report } from '../../ui/toast';

/** The people whose `@id` or `@Full Name` stands in the text. */
export function mentioned(text: string, people: Person[]): string[] {
  const lower = text.toLowerCase();
  return people
    .filter(
      (person) =>
        lower.includes(`@${person.name.toLowerCase()}`) ||
        new RegExp(`@${person.id.replaceAll(/[^\w-]/g, '\\$&')}\\b`, 'i').test(text),
    )
    .map((person) => person.id);
}

interface Props {
  item: Case;
  /** The mail that it is about. */
  mail?: string;
  written?: () => void;
}

export function CommentBox({ item, mail, written }: Props) {
  const [text, setText] = useDraft(mail === undefined ? `comment.${item.id}` : `note.${mail}`);
  const queries = useQueryClient();
  const field = useRef<HTMLTextAreaElement>(null);
  useAsked('comment', mail ?? item.id, () => field.current?.focus());
  // Asked for while it is written, and waited for when it is sent: whoever sends at once mentions people all the same.
  useQuery({ ...usersQuery(''), enabled: text.includes('@') });
  const send = useMutation({
    mutationFn: async (body: string) => {
      const people = body.includes('@') ? await queries.ensureQueryData(usersQuery('')) : [];
      const mentions = mentioned(body, people);
      return take(
        api.POST('/api/v1/cases/{id}/comments', {
          params: { path: { id: item.id } },
          body: { body, mentions, mailId: mail },
        }),
      );
    },
    onSuccess: () => {
      setText('');
      written?.();
      return queries.invalidateQueries({ queryKey: ['case'] });
    },
    onError: (error) => report(error, t('The comment was not saved')),
  });
  const submit = () => {
    if (text.trim() !== '' && !send.isPending) send.mutate(text.trim());
  };
  return (
    <form
      className="cw-panel"
      style={{ padding: 12 }}
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <Textarea
        ref={field}
        variant="unstyled"
        px={4}
        autosize
        minRows={2}
        maxRows={12}
        aria-label={t('Comment')}
        placeholder={t('Write a comment. @name tells someone.')}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        data-testid="comment-text"
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) submit();
        }}
      />
      <Group justify="space-between" mt={4}>
        <Text size="xs" c="dimmed">
          {text.trim() === '' ? t('Only your team sees comments') : t('Draft kept in this browser')}
        </Text>
        <Button
          type="submit"
          size="xs"
          loading={send.isPending}
          disabled={text.trim() === ''}
          data-testid="comment-send"
        >
          {t('Comment')}
        </Button>
      </Group>
    </form>
  );
}
