/** What differs between two versions of a case type, for who asks for it; the address says which two. */
import { Button, Group, Select, Stack, Text } from '@mantine/core';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import type { CaseDefinition } from '../../api/schema';
import { t } from '../../i18n';
import { Panel } from '../../ui/tabs';
import { Differences } from './differences';

const route = getRouteApi('/definitions/$key');

export function Compare({ of, all }: { of: string; all: CaseDefinition[] }) {
  const search = route.useSearch();
  const navigate = useNavigate();
  const isOpen = search.from !== undefined || search.to !== undefined;
  const to = search.to ?? all[0]?.version ?? 1;
  const from = search.from ?? Math.max(1, to - 1);
  const go = (next: { from?: number; to?: number }) =>
    void navigate({
      to: '/definitions/$key',
      params: { key: of },
      search: { version: search.version, ...next },
      replace: true,
      resetScroll: false,
    });
  const options = all.map(({ version }) => ({ value: String(version), label: t('Version {version}', { version }) }));
  if (all.length < 2)
    return (
      <Panel title={t('What has changed')}>
        <Text c="dimmed">{t('There is only one version.')}</Text>
      </Panel>
    );
  return (
    <Panel
      title={t('What has changed')}
      actions={
        <Button
          size="xs"
          variant="default"
          aria-expanded={isOpen}
          onClick={() => go(isOpen ? {} : { from, to })}
          data-testid="compare"
        >
          {isOpen ? t('Hide the differences') : t('Compare versions')}
        </Button>
      }
    >
      {isOpen ? (
        <Stack>
          <Group>
            <Select
              label={t('Older version')}
              data={options}
              value={String(from)}
              onChange={(value) => go({ from: Number(value), to })}
              allowDeselect={false}
            />
            <Select
              label={t('Newer version')}
              data={options}
              value={String(to)}
              onChange={(value) => go({ from, to: Number(value) })}
              allowDeselect={false}
            />
          </Group>
          <Differences of={of} from={from} to={to} />
        </Stack>
      ) : (
        <Text size="sm" c="dimmed">
          {t('Two versions beside each other, part by part.')}
        </Text>
      )}
    </Panel>
  );
}
