/** The cases that have to do with this one, and linking it with another. */
import { ActionIcon, Button, Group, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api, take } from '../../api/client';
import { linksQuery } from '../../api/queries';
import type { Case, CaseLink } from '../../api/schema';
import { useCan } from '../../app/permissions';
import { t } from '../../i18n';
import { useAsked } from '../../lib/asked';
import { StatusTag } from '../../ui/badges';
import { Icon } from '../../ui/icons';
import { Panel } from '../../ui/tabs';
import { report } from '../../ui/toast';
import { grouped, isByHand } from './link-kinds';
import { later } from '../../ui/later';

const MergeDialog = later(async () => (await import('./merge/merge-dialog')).MergeDialog);

const LinkDialog = later(async () => (await import('./link-dialog')).LinkDialog);

export function CaseLinks({ item }: { item: Case }) {
  const may = useCan()('case:update');
  const links = useQuery(linksQuery(item.id)).data ?? [];
  const [asks, setAsks] = useState(false);
  const [merges, setMerges] = useState(false);
  useAsked('link', item.id, () => setAsks(may));
  const queries = useQueryClient();
  const remove = useMutation({
    mutationFn: (link: CaseLink) =>
      take(api.DELETE('/api/v1/cases/{id}/links/{linkId}', { params: { path: { id: item.id, linkId: link.id } } })),
    onError: (error) => report(error, t('The link was not removed')),
    onSettled: () => queries.invalidateQueries({ queryKey: ['case', item.id] }),
  });
  if (links.length === 0 && !may) return null;
  return (
    <Panel
      title={t('Linked cases')}
      actions={
        may && (
          <Group gap={4}>
            <Button variant="subtle" size="compact-xs" onClick={() => setAsks(true)} data-testid="link-case">
              {t('Link a case')}
            </Button>
            <Button
              component={Link}
              to="/cases/new"
              search={{ parent: item.number } as never}
              variant="subtle"
              size="compact-xs"
            >
              {t('Add a part')}
            </Button>
            {item.mergedInto == null && (
              <Button variant="subtle" size="compact-xs" onClick={() => setMerges(true)} data-testid="merge-case">
                {t('Merge')}
              </Button>
            )}
          </Group>
        )
      }
    >
      {links.length === 0 ? (
        <Text size="sm" c="dimmed">
          {t('No linked cases')}
        </Text>
      ) : (
        grouped(links).map((group) => (
          <section key={group.name} aria-label={group.name}>
            <Text size="xs" fw={600} c="dimmed">
              {group.name}
            </Text>
            <ul className="cw-links">
              {group.links.map((link) => (
                <li key={link.id} data-testid="linked-case">
                  <Group gap={6} wrap="nowrap" justify="space-between">
                    <Link to="/cases/$ref" params={{ ref: link.case.number }} className="cw-link cw-clip">
                      {link.case.number} {link.case.title}
                    </Link>
                    <Group gap={4} wrap="nowrap">
                      <StatusTag item={link.case} />
                      {may && isByHand(link.kind) && (
                        <ActionIcon
                          variant="subtle"
                          color="gray"
                          c="inherit"
                          size="sm"
                          aria-label={t('Remove the link with {number}', { number: link.case.number })}
                          onClick={() => remove.mutate(link)}
                        >
                          <Icon name="close" size={14} />
                        </ActionIcon>
                      )}
                    </Group>
                  </Group>
                </li>
              ))}
            </ul>
          </section>
        ))
      )}
      {asks && <LinkDialog item={item} close={() => setAsks(false)} />}
      {merges && <MergeDialog item={item} close={() => setMerges(false)} />}
    </Panel>
  );
}
