/** Who and what the case is about: records in their roles. */
import { ActionIcon, Button, Group, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api, take } from '../../api/client';
import { partiesQuery } from '../../api/records';
import type { Case, CaseParty } from '../../api/schema';
import { useCan } from '../../app/permissions';
import { t } from '../../i18n';
import { Icon } from '../../ui/icons';
import { Panel } from '../../ui/tabs';
import { report } from '../../ui/toast';
import { later } from '../../ui/later';

const PartyDialog = later(async () => (await import('./party-dialog')).PartyDialog);

export function CaseParties({ item }: { item: Case }) {
  const can = useCan();
  const may = can('case:update') && can('record:read');
  const parties = useQuery(partiesQuery(item.id)).data ?? [];
  const [adds, setAdds] = useState(false);
  const queries = useQueryClient();
  const remove = useMutation({
    mutationFn: (party: CaseParty) =>
      take(
        api.DELETE('/api/v1/cases/{id}/parties/{partyId}', { params: { path: { id: item.id, partyId: party.id } } }),
      ),
    onError: (error) => report(error, t('The record was not taken out')),
    onSettled: () => queries.invalidateQueries({ queryKey: ['case', item.id] }),
  });
  if (parties.length === 0 && !may) return null;
  return (
    <Panel
      title={t('People and things')}
      actions={
        may && (
          <Button variant="subtle" size="compact-xs" onClick={() => setAdds(true)} data-testid="add-party">
            {t('Add a record')}
          </Button>
        )
      }
    >
      {parties.length === 0 ? (
        <Text size="sm" c="dimmed">
          {t('No records in this case')}
        </Text>
      ) : (
        <ul className="cw-links">
          {parties.map((party) => (
            <li key={party.id} data-testid="party">
              <Group gap={6} wrap="nowrap" justify="space-between">
                <span className="cw-clip">
                  <Text span size="xs" fw={600} c="dimmed">
                    {party.role}
                  </Text>{' '}
                  <Link to="/records/$id" params={{ id: party.record.id }} className="cw-link">
                    {party.record.title}
                  </Link>
                </span>
                {may && (
                  <ActionIcon
                    variant="subtle"
                    color="gray"
                    c="inherit"
                    size="sm"
                    aria-label={t('Take {name} out of the case', { name: party.record.title })}
                    onClick={() => remove.mutate(party)}
                  >
                    <Icon name="close" size={14} />
                  </ActionIcon>
                )}
              </Group>
            </li>
          ))}
        </ul>
      )}
      {adds && <PartyDialog item={item} close={() => setAdds(false)} />}
    </Panel>
  );
}
