/** Templates and text modules while an answer is written: chosen from a list, or by the shortcut that is typed. */
import { Select } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { api, take } from '../../api/client';
import { mailTemplatesQuery } from '../../api/queries';
import type { Case, MailTemplateSummary, RenderedTemplate } from '../../api/schema';
import { t } from '../../i18n';
import { report } from '../../ui/toast';
import { noOption } from '../../ui/no-option';

/** The shortcut that was just finished by a blank, and where it stands; none: there is none. */
export function finishedShortcut(text: string, known: string[]): { shortcut: string; from: number } | null {
  // Only what was typed last counts: a slash within an address or a date is none.
  const found = /(?:^|\s)\/([a-z0-9][a-z0-9-]*)\s$/.exec(text);
  const shortcut = found?.[1];
  if (found === null || shortcut === undefined || !known.includes(shortcut)) return null;
  return { shortcut, from: text.length - shortcut.length - 2 };
}

/** A template that is to be put in: at its shortcut when that was typed at `from`, else below what is there. */
interface Wanted {
  template: MailTemplateSummary;
  from: number | null;
}

/** The text with the passage in its place. Whatever was typed while it was fetched stays. */
export function inserted(text: string, { template, from }: Wanted, body: string): string {
  const shortcut = `/${template.shortcut ?? ''}`;
  if (from !== null && text.startsWith(shortcut, from))
    return text.slice(0, from) + body + text.slice(from + shortcut.length);
  return text.trim() === '' ? body : `${text.trimEnd()}\n\n${body}`;
}

export function useTemplates(item: Case, filled: (wanted: Wanted, rendered: RenderedTemplate) => void) {
  const templates = useQuery(mailTemplatesQuery(item.definition)).data ?? [];
  const render = useMutation({
    mutationFn: ({ template }: Wanted) =>
      take(
        api.POST('/api/v1/mail-templates/{id}/render', {
          params: { path: { id: template.id } },
          body: { caseId: item.id },
        }),
      ),
    onSuccess: (rendered, wanted) => filled(wanted, rendered),
    onError: (error) => report(error, t('The template cannot be used')),
  });
  const shortcuts = templates.flatMap((each) => (each.shortcut == null ? [] : [each.shortcut]));
  return {
    templates,
    choose: (template: MailTemplateSummary) => render.mutate({ template, from: null }),
    /** Puts in what the shortcut stands for that was just typed, if any. */
    typed: (text: string) => {
      const found = finishedShortcut(text, shortcuts);
      const template = templates.find((each) => each.shortcut === found?.shortcut);
      if (found !== null && template !== undefined) render.mutate({ template, from: found.from });
    },
  };
}

interface Props {
  templates: MailTemplateSummary[];
  choose: (template: MailTemplateSummary) => void;
}

export function TemplatePicker({ templates, choose }: Props) {
  if (templates.length === 0) return null;
  return (
    <Select
      size="xs"
      w={220}
      aria-label={t('Template')}
      placeholder={t('Template')}
      searchable
      value={null}
      data={templates.map((each) => ({
        value: each.id,
        label: each.shortcut == null ? each.name : `${each.name}  /${each.shortcut}`,
      }))}
      nothingFoundMessage={noOption(t('No template has this name'))}
      onChange={(id) => {
        const template = templates.find((each) => each.id === id);
        if (template !== undefined) choose(template);
      }}
      data-testid="reply-template"
    />
  );
}
