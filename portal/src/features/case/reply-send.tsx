/** Sending an answer: held back for a moment in which it can be undone, and stopped when others have written meanwhile. */
import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, ApiError, take } from '../../api/client';
import type { Case, NewMail } from '../../api/schema';
import { t } from '../../i18n';
import { ask } from '../../lib/asked';
import { writeDraft } from '../../lib/drafts';
import { report, told } from '../../ui/toast';
import { keepFiles, type TakenFile } from '../files/uploads';
import type { Envelope } from './reply-draft';

/** How long the way back is offered; the server holds the mail at least as long, and says when it does no more. */
const UNDO_MS = 9_000;

/** Something others wrote that the writer has not seen. */
export interface News {
  kind: 'mail-received' | 'mail-sent' | 'mail-scheduled' | 'mail-begun' | 'comment-added';
  by: string;
  at: string;
  id: string;
}

export interface Written {
  envelope: Envelope;
  text: string;
  files: TakenFile[];
  mail: NewMail;
}

/** Puts a mail back into the box of its case, open or not. */
export function putBack(caseId: string, { envelope, text, files }: Omit<Written, 'mail'>): void {
  writeDraft(`mail.${caseId}`, text, Date.now());
  writeDraft(`mail-to.${caseId}`, JSON.stringify(envelope), Date.now());
  keepFiles(`mail.${caseId}`, files);
  ask('reply', caseId, 'restored');
}

export function takeBack(caseId: string, mailId: string): Promise<unknown> {
  return take(api.DELETE('/api/v1/cases/{id}/mails/{mailId}', { params: { path: { id: caseId, mailId } } }));
}

/** Keeping a draft and sending it go one after the other: a draft that is kept a moment later would be there again after it has left. */
export const writingOf = (caseId: string) => ({ id: `mail-writing.${caseId}` });

export function useSend(item: Case, sent: () => void) {
  const queries = useQueryClient();
  const [news, setNews] = useState<{ written: Written; news: News[] } | null>(null);
  const refresh = () => queries.invalidateQueries({ queryKey: ['case'] });
  const undo = async (written: Written, mailId: string) => {
    notifications.hide(mailId);
    try {
      await takeBack(item.id, mailId);
      putBack(item.id, written);
      told(t('The mail was not sent'));
    } catch (error) {
      report(error, t('The mail has left already'));
    }
    await refresh();
  };
  const send = useMutation({
    scope: writingOf(item.id),
    mutationFn: async (written: Written) =>
      (await take(
        api.POST('/api/v1/cases/{id}/mails', { params: { path: { id: item.id } }, body: written.mail }),
      )) as unknown as { id: string; state: string },
    onSuccess: ({ id, state }, written) => {
      setNews(null);
      sent();
      if (state === 'scheduled' && written.mail.sendAt == null)
        notifications.show({
          id,
          color: 'petrol',
          autoClose: UNDO_MS,
          title: t('The mail is on its way'),
          closeButtonProps: { 'aria-label': t('Close') },
          message: (
            <Button size="compact-sm" variant="default" data-testid="mail-undo" onClick={() => void undo(written, id)}>
              {t('Undo')}
            </Button>
          ),
        });
      else told(state === 'scheduled' ? t('The mail is scheduled') : t('The mail is on its way'));
      return refresh();
    },
    onError: (error, written) => {
      if (error instanceof ApiError && error.code === 'newer-correspondence') {
        setNews({ written, news: (error.details?.news ?? []) as News[] });
        return void refresh();
      }
      report(error, t('The mail was not sent'));
    },
  });
  return {
    isPending: send.isPending,
    send: (written: Written) => send.mutate(written),
    news: news?.news ?? null,
    look: () => setNews(null),
    anyway: () => {
      if (news === null) return;
      const known = [...(news.written.mail.known ?? []), ...news.news.map((each) => each.id)];
      send.mutate({ ...news.written, mail: { ...news.written.mail, known } });
    },
  };
}
