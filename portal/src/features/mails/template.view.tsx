/** `/mail-templates/:id`: one template, with its texts and what comes of them for a case. */
import { Button, Group, Select, Stack, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useState, type FormEvent } from 'react';
import { api, ApiError, take } from '../../api/client';
import { definitionsQuery, groupsQuery, mailTemplateQuery } from '../../api/queries';
import type { MailTemplate, NewMailTemplate } from '../../api/schema';
import { useCan } from '../../app/permissions';
import { t } from '../../i18n';
import { Notice } from '../../ui/notice';
import { Page } from '../../ui/page';
import { Loaded } from '../../ui/states';
import { report, told } from '../../ui/toast';
import { AudienceField } from './template-audience';
import { TemplatePreview } from './template-preview';
import { TemplateTexts } from './template-texts';

const route = getRouteApi('/mail-templates/$id');
const FRESH: NewMailTemplate = {
  name: '',
  kind: 'mail',
  audience: { kind: 'private' },
  texts: { en: { subject: '', body: '' } },
};

export function MailTemplatePage() {
  const { id } = route.useParams();
  const query = useQuery({ ...mailTemplateQuery(id), enabled: id !== 'new' });
  if (id === 'new') return <Editor key="new" kept={null} />;
  return (
    <Loaded query={query}>{(template) => <Editor key={`${template.id}.${template.version}`} kept={template} />}</Loaded>
  );
}

function editable(kept: MailTemplate): NewMailTemplate {
  const { name, kind, shortcut, audience, definition, texts, attachments } = kept;
  return { name, kind, shortcut, audience, definition, texts, attachments };
}

function Editor({ kept }: { kept: MailTemplate | null }) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const can = useCan();
  const [template, setTemplate] = useState(() => (kept === null ? FRESH : editable(kept)));
  const definitions = useQuery(definitionsQuery).data ?? [];
  const groups = useQuery(groupsQuery).data ?? [];
  const change = (part: Partial<NewMailTemplate>) => setTemplate({ ...template, ...part });
  const refresh = () => queries.invalidateQueries({ queryKey: ['mail-templates'] });
  const save = useMutation({
    mutationFn: () =>
      kept === null
        ? take(api.POST('/api/v1/mail-templates', { body: template }))
        : take(
            api.PUT('/api/v1/mail-templates/{id}', {
              params: { path: { id: kept.id }, header: { 'If-Match': `"${kept.version}"` } },
              body: template,
            }),
          ),
    onSuccess: async ({ id }) => {
      told(t('Saved'));
      await refresh();
      if (kept === null) await navigate({ to: '/mail-templates/$id', params: { id } as never, replace: true });
    },
    onError: (error) => {
      if (!(error instanceof ApiError && error.errors.length > 0)) report(error, t('Not saved'));
    },
  });
  const remove = useMutation({
    mutationFn: (id: string) => take(api.DELETE('/api/v1/mail-templates/{id}', { params: { path: { id } } })),
    onSuccess: async () => {
      await refresh();
      await navigate({ to: '/mail-templates' });
    },
    onError: (error) => report(error, t('Not deleted')),
  });
  const faults = save.error instanceof ApiError ? save.error.errors : [];
  const fault = (pointer: string) => faults.find((each) => each.pointer === pointer)?.detail ?? null;
  const isReadOnly = kept !== null && !kept.isChangeable;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <Page title={kept === null ? t('New template') : kept.name} width={980}>
      <form onSubmit={submit}>
        <Stack>
          {isReadOnly && (
            <Notice tone="neutral" icon="lock">
              {t('You may use this template; its owner changes it.')}
            </Notice>
          )}
          <fieldset disabled={isReadOnly} style={{ border: 0, padding: 0, margin: 0 }}>
            <Stack className="cw-panel" p="md" gap="sm">
              <TextInput
                label={t('Name')}
                required
                value={template.name}
                error={fault('/name')}
                onChange={(event) => change({ name: event.currentTarget.value })}
                data-testid="template-name"
              />
              <Group grow align="flex-start">
                <Select
                  label={t('What it is')}
                  allowDeselect={false}
                  value={template.kind ?? 'mail'}
                  data={[
                    { value: 'mail', label: t('A whole mail') },
                    { value: 'text-module', label: t('A passage') },
                  ]}
                  onChange={(kind) => change({ kind: kind === 'text-module' ? 'text-module' : 'mail' })}
                />
                <TextInput
                  label={t('Shortcut')}
                  description={t('Typed with a slash where it is to be put in.')}
                  leftSection="/"
                  value={template.shortcut ?? ''}
                  error={fault('/shortcut')}
                  onChange={(event) => change({ shortcut: event.currentTarget.value || null })}
                  data-testid="template-shortcut"
                />
              </Group>
              <Select
                label={t('Kind of case')}
                clearable
                placeholder={t('Every kind')}
                value={template.definition ?? null}
                data={definitions.map((each) => ({ value: each.key, label: each.name }))}
                error={fault('/definition')}
                onChange={(definition) => change({ definition })}
              />
              {can('mail-template:share') && (
                <AudienceField
                  audience={template.audience ?? { kind: 'private' }}
                  groups={groups}
                  error={fault('/audience/groups')}
                  change={(audience) => change({ audience })}
                />
              )}
              <TemplateTexts texts={template.texts} fault={fault} change={(texts) => change({ texts })} />
            </Stack>
          </fieldset>
          {!isReadOnly && (
            <Group justify="space-between">
              {kept !== null && (
                <Button variant="default" onClick={() => remove.mutate(kept.id)} loading={remove.isPending}>
                  {t('Delete')}
                </Button>
              )}
              <Button type="submit" loading={save.isPending} data-testid="template-save">
                {t('Save')}
              </Button>
            </Group>
          )}
        </Stack>
      </form>
      {kept !== null && <TemplatePreview id={kept.id} texts={template.texts} />}
    </Page>
  );
}
