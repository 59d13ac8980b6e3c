/** What comes of a template for a case, before it is saved. */
import { Button, Group, Select, Stack, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, take } from '../../api/client';
import { casesQuery } from '../../api/queries';
import type { MailText } from '../../api/schema';
import { t } from '../../i18n';
import { Panel } from '../../ui/tabs';
import { report } from '../../ui/toast';
import { noOption } from '../../ui/no-option';

export function TemplatePreview({ id, texts }: { id: string; texts: Record<string, MailText> }) {
  const [search, setSearch] = useState('');
  const [asked] = useDebouncedValue(search, 200);
  const [caseId, setCaseId] = useState<string | null>(null);
  const [language, setLanguage] = useState<string | null>(null);
  const cases = useQuery(casesQuery({ search: asked === '' ? undefined : asked, limit: 20 })).data?.items ?? [];
  const spoken = language !== null && language in texts ? language : Object.keys(texts)[0];
  const render = useMutation({
    mutationFn: (of: string) =>
      take(
        api.POST('/api/v1/mail-templates/{id}/render', {
          params: { path: { id } },
          body: { caseId: of, language: spoken, text: spoken === undefined ? undefined : texts[spoken] },
        }),
      ),
    onError: (error) => report(error, t('The template cannot be used')),
  });
  return (
    <Panel title={t('Preview')}>
      <Stack gap="sm">
        <Group align="flex-end" gap="xs">
          <Select
            label={t('Case')}
            searchable
            searchValue={search}
            onSearchChange={setSearch}
            filter={({ options }) => options}
            value={caseId}
            data={cases.map((each) => ({ value: each.id, label: `${each.number} ${each.title}` }))}
            onChange={setCaseId}
            nothingFoundMessage={noOption(t('Nothing found'))}
            data-testid="preview-case"
          />
          <Select
            label={t('Language')}
            w={120}
            allowDeselect={false}
            value={spoken ?? null}
            data={Object.keys(texts)}
            onChange={setLanguage}
          />
          <Button
            variant="default"
            disabled={caseId === null}
            loading={render.isPending}
            onClick={() => caseId !== null && render.mutate(caseId)}
            data-testid="preview-show"
          >
            {t('Show')}
          </Button>
        </Group>
        {render.data !== undefined && (
          <div data-testid="preview" role="status">
            <Text fw={650} size="sm" style={{ overflowWrap: 'anywhere' }}>
              {render.data.subject || t('(no subject)')}
            </Text>
            <Text size="sm" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
              {render.data.body}
            </Text>
            {render.data.missing.length > 0 && (
              <Text size="sm" mt={6} style={{ color: 'var(--cw-danger-fg)', overflowWrap: 'anywhere' }}>
                {t('Nothing is known for {names}: look for the blanks.', {
                  names: render.data.missing.map((each) => each.placeholder).join(', '),
                })}
              </Text>
            )}
          </div>
        )}
      </Stack>
    </Panel>
  );
}
