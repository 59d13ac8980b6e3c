/** Has an instance go on by another version: what goes on as what is proposed by the engine, looked through, and applied. */
import { Button, Group, Modal, Select, Stack, Switch, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ApiError, api, take } from '../../api/client';
import { proposalQuery, versionsQuery, type Mapping, type Proposal } from '../../api/instances';
import type { ProcessInstance } from '../../api/schema';
import { plural, t } from '../../i18n';
import { Notice } from '../../ui/notice';
import { Loaded } from '../../ui/states';
import { useChange } from './change';
import { chosenOf, mappingOf, refusals, stranded, summary, type Chosen } from './mapping';
import { MappingTable } from './mapping-table';

export function MigrateDialog({ instance, close }: { instance: ProcessInstance; close: () => void }) {
  const versions = useQuery(versionsQuery(instance.definitionKey));
  const others = (versions.data ?? []).filter((each) => each.id !== instance.definitionId);
  const [to, setTo] = useState<string | null>(null);
  const target = to ?? others[0]?.id ?? null;
  const proposal = useQuery({ ...proposalQuery(instance.id, target), enabled: target !== null });
  return (
    <Modal
      opened
      onClose={close}
      size="xl"
      title={t('Move to another version')}
      closeButtonProps={{ 'aria-label': t('Close') }}
    >
      <Loaded query={versions} rows={2}>
        {() =>
          target === null ? (
            <Text size="sm">{t('There is no other version of this process.')}</Text>
          ) : (
            <Stack>
              <Select
                label={t('Go on by')}
                allowDeselect={false}
                data={others.map((each) => ({
                  value: each.id,
                  label: t('Version {version}', { version: each.version }),
                }))}
                value={target}
                onChange={setTo}
                comboboxProps={{ withinPortal: false }}
                data-testid="migrate-version"
              />
              <Loaded query={proposal} rows={4}>
                {(known) => <Plan key={known.to} instance={instance.id} proposal={known} close={close} />}
              </Loaded>
            </Stack>
          )
        }
      </Loaded>
    </Modal>
  );
}

function Plan({ instance, proposal, close }: { instance: string; proposal: Proposal; close: () => void }) {
  const [chosen, setChosen] = useState<Chosen>(() => chosenOf(proposal));
  const [isWhole, setWhole] = useState(false);
  const [sent, setSent] = useState<Mapping[]>([]);
  const change = useChange({ quiet: true });
  const missing = stranded(proposal, chosen);
  const { mapped, renamed, tokens } = summary(proposal, chosen);
  const faults = refusals(change.error instanceof ApiError ? change.error.errors : [], sent);
  const apply = () => {
    const mapping = mappingOf(proposal, chosen);
    setSent(mapping);
    change.mutate(
      {
        run: () =>
          take(
            api.POST('/api/v1/process-instances/{id}/migration', {
              params: { path: { id: instance } },
              body: { to: proposal.to, mapping },
            }),
          ),
        done: t('The instance goes on by the other version'),
        failed: t('Nothing was changed'),
      },
      { onSuccess: close },
    );
  };
  const shown = proposal.sources.filter((each) => isWhole || each.active > 0);
  return (
    <>
      <Switch
        label={t('Show all {count} elements', { count: proposal.sources.length })}
        checked={isWhole}
        onChange={(event) => setWhole(event.currentTarget.checked)}
        data-testid="migrate-all"
      />
      <MappingTable
        sources={shown}
        targets={proposal.targets}
        chosen={chosen}
        faults={faults}
        choose={(source, next) => {
          const { [source]: _, ...rest } = chosen;
          setChosen(next === null ? rest : { ...rest, [source]: next });
        }}
      />
      {missing.length > 0 && (
        <Notice tone="warning" icon="incident" testId="migrate-missing">
          {t('The instance is at {names}: say where it goes on.', {
            names: missing.map((each) => each.name ?? each.id).join(', '),
          })}
        </Notice>
      )}
      {change.error !== null && (
        <Notice tone="danger" icon="incident" role="alert" title={t('Nothing was changed')}>
          {faults.get('')?.join(' ') ?? change.error.message}
        </Notice>
      )}
      <Text size="sm" data-testid="migrate-summary">
        {plural('{count} token goes on.', '{count} tokens go on.', tokens)}{' '}
        {plural('{count} element is mapped.', '{count} elements are mapped.', mapped)}{' '}
        {renamed.length > 0 &&
          plural('{count} of them to another one.', '{count} of them to other ones.', renamed.length)}
      </Text>
      <Group justify="flex-end">
        <Button variant="default" onClick={close}>
          {t('Cancel')}
        </Button>
        <Button disabled={missing.length > 0} loading={change.isPending} onClick={apply} data-testid="migrate-apply">
          {t('Move the instance')}
        </Button>
      </Group>
    </>
  );
}
