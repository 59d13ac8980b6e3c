/** What a rule did, newest first. */
import { Button, Group, Select, Stack, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ruleRunPagesQuery } from '../../api/rules';
import type { CaseDefinition } from '../../api/schema';
import { t } from '../../i18n';
import { Loaded } from '../../ui/states';
import { RunTable } from './run-entry';

export function RuleLog({ of, rule }: { of: CaseDefinition; rule: string }) {
  const [outcome, setOutcome] = useState<string | null>(null);
  const query = useInfiniteQuery(ruleRunPagesQuery(of.key, rule, outcome ?? undefined));
  return (
    <Stack gap="sm" data-testid="rule-log">
      <Select
        label={t('Outcome')}
        w={220}
        clearable
        clearButtonProps={{ 'aria-label': t('All') }}
        placeholder={t('All')}
        data={[
          { value: 'done', label: t('applied') },
          { value: 'not-matched', label: t('not matched') },
          { value: 'failed', label: t('failed') },
        ]}
        value={outcome}
        onChange={setOutcome}
      />
      <Loaded query={query} rows={3}>
        {({ pages }) => {
          const runs = pages.flatMap(({ items }) => items);
          return runs.length === 0 ? (
            <Text c="dimmed" size="sm">
              {t('Nothing yet.')}
            </Text>
          ) : (
            <>
              <RunTable caption={t('What the rule did')} runs={runs} of={of} />
              {query.hasNextPage && (
                <Group>
                  <Button
                    variant="default"
                    size="xs"
                    loading={query.isFetchingNextPage}
                    onClick={() => void query.fetchNextPage()}
                  >
                    {t('Show older')}
                  </Button>
                </Group>
              )}
            </>
          );
        }}
      </Loaded>
    </Stack>
  );
}
