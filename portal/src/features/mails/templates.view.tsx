/** `/mail-templates`: mails and passages that are written again and again. */
import { Button, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { mailTemplatesQuery } from '../../api/queries';
import type { MailTemplateSummary } from '../../api/schema';
import { useCan } from '../../app/permissions';
import { t } from '../../i18n';
import { Tag } from '../../ui/badges';
import { Icon } from '../../ui/icons';
import { Page } from '../../ui/page';
import { Count, Empty, Loaded } from '../../ui/states';
import { Signatures } from './signatures';

export function MailTemplates() {
  const query = useQuery(mailTemplatesQuery());
  const may = useCan()('mail-template:create');
  return (
    <Page
      title={t('Mail templates')}
      width={980}
      actions={
        may && (
          <Button
            component={Link}
            to="/mail-templates/$id"
            params={{ id: 'new' } as never}
            leftSection={<Icon name="plus" size={15} />}
            data-testid="template-new"
          >
            {t('New template')}
          </Button>
        )
      }
    >
      <Stack>
        <Loaded query={query}>
          {(templates) => (
            <Stack gap="xs">
              <Count shown={templates.length} total={null} one="{count} template" other="{count} templates" />
              <div className="cw-panel">
                {templates.length === 0 ? (
                  <Empty icon="mail" title={t('No template yet')}>
                    {t('What you write again and again is kept here once, and filled in for each case.')}
                  </Empty>
                ) : (
                  <Stack component="ul" gap={0} p={0} m={0} style={{ listStyle: 'none' }}>
                    {templates.map((template) => (
                      <Row key={template.id} template={template} />
                    ))}
                  </Stack>
                )}
              </div>
            </Stack>
          )}
        </Loaded>
        <Signatures />
      </Stack>
    </Page>
  );
}

function Row({ template }: { template: MailTemplateSummary }) {
  return (
    <li style={{ borderBottom: '1px solid var(--cw-line)' }} data-testid="template-row">
      <Group p="md" justify="space-between" gap="sm">
        <div style={{ minWidth: 0, flex: '1 1 220px' }}>
          <Link
            to="/mail-templates/$id"
            params={{ id: template.id } as never}
            className="cw-link"
            style={{ overflowWrap: 'anywhere' }}
          >
            {template.name}
          </Link>
          <Text size="sm" c="dimmed">
            {template.owner.name} · {template.languages.join(', ')}
          </Text>
        </div>
        <Group gap={6}>
          {template.shortcut != null && <Tag tone="neutral">{`/${template.shortcut}`}</Tag>}
          <Tag tone="neutral">
            {template.audience.kind === 'private'
              ? t('Only mine')
              : template.audience.kind === 'everyone'
                ? t('For everyone')
                : t('For groups')}
          </Tag>
        </Group>
      </Group>
    </li>
  );
}
