/** `/routing`: where cases go by rules of the organisation, in order, with the catch-all; and a try of them before they are saved. */
import { Button, Group, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { api, ApiError, take } from '../../api/client';
import { queuesQuery } from '../../api/queries';
import { routingQuery } from '../../api/routing';
import type { RoutingOutcome, RoutingTable } from '../../api/schema';
import { useCan } from '../../app/permissions';
import { t } from '../../i18n';
import { Page } from '../../ui/page';
import { Empty, Loaded } from '../../ui/states';
import { Panel } from '../../ui/tabs';
import { report, told } from '../../ui/toast';
import { RuleDialog } from './rule-dialog';
import { RuleRow } from './rule-row';
import { draftOf, moved, ruleOf, targetOf, targetWords, withoutRule, withRule, type Draft } from './table';
import { Try, VerdictTag } from './try';

export function RoutingPage() {
  // Whoever opens the page by its address is asked for their rights first.
  const may = useCan()('routing:read');
  const query = useQuery({ ...routingQuery, enabled: may });
  return (
    <Page title={t('Routing')}>
      <Text size="sm" c="dimmed" mb="sm">
        {t('The first rule that holds says where a case goes. The rules of its case type are asked before these.')}
      </Text>
      <Loaded query={query} rows={4}>
        {({ table, version }) => <Rules key={version} saved={table} version={version} />}
      </Loaded>
    </Page>
  );
}

type Open = { at: number | 'otherwise'; draft: Draft };

function Rules({ saved, version }: { saved: RoutingTable; version: string | null }) {
  const queries = useQueryClient();
  const may = useCan()('routing:update');
  const queues = useQuery(queuesQuery).data ?? [];
  const [table, setTable] = useState(saved);
  const [open, setOpen] = useState<Open | null>(null);
  const [outcome, setOutcome] = useState<RoutingOutcome | null>(null);
  const dragged = useRef<number | null>(null);
  const list = useRef<HTMLOListElement>(null);
  const isChanged = table !== saved;
  const queueName = (id: string) => queues.find((queue) => queue.id === id)?.name ?? id;
  const save = useMutation({
    mutationFn: () =>
      take(
        api.PUT('/api/v1/routing', {
          body: table,
          headers: version === null ? {} : { 'If-Match': version },
        }),
      ),
    onSuccess: () => {
      told(t('Saved'));
      return queries.invalidateQueries({ queryKey: ['routing'] });
    },
    onError: (error) => {
      if (!(error instanceof ApiError && error.status === 422)) report(error, t('Not saved'));
    },
  });
  const change = (next: RoutingTable) => {
    setTable(next);
    setOutcome(null);
    save.reset();
  };
  const move = (from: number, to: number) => {
    const id = table.rules[from]?.id;
    change(moved(table, from, to));
    // Whoever moves a rule by keys goes on with the same one.
    requestAnimationFrame(() => {
      if (id !== undefined)
        list.current?.querySelector<HTMLElement>(`[data-rule="${CSS.escape(id)}"] button:enabled`)?.focus();
    });
  };
  const keep = (draft: Draft) => {
    if (open === null) return;
    change(
      open.at === 'otherwise' ? { ...table, otherwise: targetOf(draft) } : withRule(table, open.at, ruleOf(draft)),
    );
    setOpen(null);
  };
  const fault = (place: string) =>
    save.error instanceof ApiError
      ? save.error.errors.find(({ pointer }) => pointer?.startsWith(place))?.detail
      : undefined;
  const verdictOf = (id: string) => {
    const found = outcome?.rules.find(({ scope, rule }) => scope === 'organisation' && rule === id);
    return found === undefined ? undefined : <VerdictTag verdict={found} />;
  };
  return (
    <Stack>
      {may && (
        <Group>
          <Button variant="default" onClick={() => setOpen({ at: -1, draft: draftOf(null) })} data-testid="new-rule">
            {t('New rule')}
          </Button>
          <Button
            disabled={!isChanged}
            loading={save.isPending}
            onClick={() => save.mutate()}
            data-testid="save-routing"
          >
            {t('Save')}
          </Button>
          {isChanged && (
            <Button variant="subtle" onClick={() => change(saved)}>
              {t('Discard changes')}
            </Button>
          )}
          {isChanged && <Text size="sm">{t('Not saved yet: a try asks the rules as they stand here.')}</Text>}
        </Group>
      )}
      {table.rules.length === 0 && <Empty icon="queue" title={t('No rules yet')} />}
      <ol ref={list} style={{ listStyle: 'none', margin: 0, padding: 0 }} aria-label={t('Rules')}>
        {table.rules.map((rule, place) => (
          <RuleRow
            key={rule.id}
            rule={rule}
            place={place}
            count={table.rules.length}
            mayChange={may}
            queueName={queueName}
            move={(to) => move(place, to)}
            drag={(at) => {
              dragged.current = at;
            }}
            drop={() => {
              if (dragged.current !== null) move(dragged.current, place);
              dragged.current = null;
            }}
            open={() => setOpen({ at: place, draft: draftOf(rule) })}
            remove={() => change(withoutRule(table, place))}
            fault={fault(`/rules/${place}/`)}
            verdict={verdictOf(rule.id)}
          />
        ))}
      </ol>
      <Panel
        title={t('Otherwise')}
        actions={
          may && (
            <Group gap={6}>
              <Button
                size="xs"
                variant="default"
                aria-label={t('Change the catch-all')}
                onClick={() => setOpen({ at: 'otherwise', draft: draftOf({ then: table.otherwise ?? undefined }) })}
              >
                {t('Change')}
              </Button>
              {table.otherwise != null && (
                <Button size="xs" variant="subtle" onClick={() => change({ ...table, otherwise: null })}>
                  {t('Remove the catch-all')}
                </Button>
              )}
            </Group>
          )
        }
      >
        <Text size="sm" data-testid="catch-all">
          {table.otherwise == null
            ? t('Nothing catches the rest: a case stays in the queue of its case type.')
            : targetWords(table.otherwise, queueName).join(' · ') || t('goes nowhere')}
        </Text>
      </Panel>
      <Try table={table} tell={setOutcome} outcome={outcome} queueName={queueName} />
      {open !== null && (
        <RuleDialog
          draft={open.draft}
          isCatchAll={open.at === 'otherwise'}
          taken={table.rules.filter((_, place) => place !== open.at).map(({ id }) => id)}
          keep={keep}
          close={() => setOpen(null)}
        />
      )}
    </Stack>
  );
}
