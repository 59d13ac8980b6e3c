/** Keeps the answer on the server while it is written: for one's next device, or, shared, for whoever opens the case next. */
import { Button, Group, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { api, ApiError, take } from '../../api/client';
import { mailDraftsQuery } from '../../api/correspondence';
import type { Case, MailDraft } from '../../api/schema';
import { t } from '../../i18n';
import { TimeAgo } from '../../ui/badges';
import { Notice } from '../../ui/notice';
import type { TakenFile } from '../files/uploads';
import type { Envelope } from './reply-draft';
import { contentOf, writtenElsewhere } from './reply-kept-draft';
import { putBack, writingOf } from './reply-send';

/** How long nothing is typed before it is kept. */
const QUIET_MS = 1_500;

interface Props {
  item: Case;
  envelope: Envelope;
  text: string;
  files: TakenFile[];
  /** The latest mail there is. */
  latest: string | null;
  change: (part: Partial<Envelope>) => void;
  /** Nothing is kept while it is being sent. */
  isSending: boolean;
}

export function KeptDraft({ item, envelope, text, files, latest, change, isSending }: Props) {
  const queries = useQueryClient();
  const query = useQuery(mailDraftsQuery(item.id));
  const drafts = query.data ?? [];
  const [mine, shared] = ['mine', 'shared'].map((whose) => drafts.find((each) => each.whose === whose));
  const isEmpty = text.trim() === '';
  const whose = envelope.shared === null ? 'mine' : 'shared';
  const go = (draft: MailDraft) => putBack(item.id, writtenElsewhere(draft, item, latest));
  const keep = useMutation({
    scope: writingOf(item.id),
    mutationFn: ({ revision, ...kept }: { whose: 'mine' | 'shared'; content: string; revision?: number }) =>
      take(
        api.PUT('/api/v1/cases/{id}/mail-drafts/{whose}', {
          params: { path: { id: item.id, whose: kept.whose } },
          body: { content: JSON.parse(kept.content) as MailDraft['content'], revision },
        }),
      ),
    onSuccess: (draft) => {
      if (draft.whose === 'shared') change({ shared: { revision: draft.revision } });
      queries.setQueryData(mailDraftsQuery(item.id).queryKey, (before = []) => [
        ...before.filter((each) => each.whose === 'shared' && draft.whose !== 'shared'),
        draft,
      ]);
    },
  });
  const drop = useMutation({
    mutationFn: (of: 'mine' | 'shared') =>
      take(api.DELETE('/api/v1/cases/{id}/mail-drafts/{whose}', { params: { path: { id: item.id, whose: of } } })),
    onSettled: () => queries.invalidateQueries({ queryKey: mailDraftsQuery(item.id).queryKey }),
  });
  const { mutate } = keep;
  const revision = envelope.shared?.revision ?? undefined;
  // Text, so that only what is another one is kept again.
  const content = JSON.stringify(contentOf(envelope, text, files));
  const changed = keep.error instanceof ApiError && keep.error.code === 'draft-changed' ? keep.error : null;
  const isOther = changed !== null;
  useEffect(() => {
    if (isEmpty || isSending || isOther) return undefined;
    const timer = setTimeout(() => mutate({ whose, content, revision }), QUIET_MS);
    return () => clearTimeout(timer);
    // A new revision is no reason to keep it again.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [content, whose, isEmpty, isSending, isOther, mutate]);
  const isBegun = useRef(!isEmpty);
  const { mutate: forget } = drop;
  useEffect(() => {
    // What was emptied here is not to come back.
    if (!isEmpty || isSending || !isBegun.current || mine === undefined) return undefined;
    const timer = setTimeout(() => forget('mine'), QUIET_MS);
    return () => clearTimeout(timer);
  }, [isEmpty, isSending, mine, forget]);
  useEffect(() => {
    if (!isEmpty) isBegun.current = true;
    // What was begun on another device goes on here; once, so that what is emptied here stays empty.
    if (mine === undefined || isBegun.current) return;
    isBegun.current = true;
    putBack(item.id, writtenElsewhere(mine, item, latest));
  }, [mine, isEmpty, item, latest]);
  if (changed !== null) {
    const theirs = (changed.details?.draft ?? null) as MailDraft | null;
    return (
      <Notice tone="warning" icon="edit" role="status" title={t('Somebody else has written in this draft')}>
        <Group gap="xs" mt={6}>
          {theirs !== null && (
            <Button size="compact-sm" variant="default" onClick={() => (keep.reset(), go(theirs))}>
              {t('Take what {name} wrote', { name: theirs.by.name })}
            </Button>
          )}
          <Button
            size="compact-sm"
            variant="subtle"
            onClick={() => mutate({ whose, content, revision: theirs?.revision })}
          >
            {t('Keep what I wrote')}
          </Button>
        </Group>
      </Notice>
    );
  }
  if (isEmpty && shared !== undefined)
    return (
      <Notice tone="info" icon="edit" role="status" title={t('Shared draft')} testId="shared-draft">
        <Text size="sm" lineClamp={2} style={{ overflowWrap: 'anywhere' }}>
          {shared.by.name}, <TimeAgo at={shared.at} />: {shared.content.text}
        </Text>
        <Group gap="xs" mt={6}>
          <Button size="compact-sm" variant="default" onClick={() => go(shared)} data-testid="shared-draft-take">
            {t('Go on writing')}
          </Button>
          <Button size="compact-sm" variant="subtle" onClick={() => drop.mutate('shared')}>
            {t('Throw it away')}
          </Button>
        </Group>
      </Notice>
    );
  if (isEmpty) return null;
  return (
    <Group gap="xs" justify="space-between">
      <Text size="xs" c="dimmed" role="status">
        {envelope.shared !== null
          ? t('Shared draft: whoever opens the case sees it')
          : keep.isSuccess
            ? t('Draft kept, on your other devices as well')
            : t('Draft kept in this browser')}
      </Text>
      {envelope.shared === null && (
        <Button
          size="compact-xs"
          variant="subtle"
          onClick={() => mutate({ whose: 'shared', content, revision: shared?.revision })}
          loading={keep.isPending && keep.variables.whose === 'shared'}
          data-testid="draft-share"
        >
          {t('Share this draft')}
        </Button>
      )}
    </Group>
  );
}
