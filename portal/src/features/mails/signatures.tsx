/** Signatures: one's own, and those of a team. */
import { Button, Group, Text, UnstyledButton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { signaturesQuery } from '../../api/correspondence';
import type { Signature } from '../../api/schema';
import { useCan } from '../../app/permissions';
import { t } from '../../i18n';
import { Tag } from '../../ui/badges';
import { Icon } from '../../ui/icons';
import { Empty, Loaded } from '../../ui/states';
import { Panel } from '../../ui/tabs';
import { SignatureDialog } from './signature-dialog';

export function Signatures() {
  const query = useQuery(signaturesQuery);
  const may = useCan()('mail-template:create');
  const [opened, setOpened] = useState<Signature | 'new' | null>(null);
  return (
    <Panel
      title={t('Signatures')}
      actions={
        may && (
          <Button
            size="xs"
            variant="default"
            leftSection={<Icon name="plus" size={15} />}
            onClick={() => setOpened('new')}
            data-testid="signature-new"
          >
            {t('New signature')}
          </Button>
        )
      }
    >
      <Loaded query={query}>
        {(signatures) =>
          signatures.length === 0 ? (
            <Empty icon="edit" title={t('No signature yet')}>
              {t('It stands below your answers, filled in for each case.')}
            </Empty>
          ) : (
            <ul style={{ listStyle: 'none', padding: 0, margin: 0 }}>
              {signatures.map((each) => (
                <li key={each.id} data-testid="signature-row">
                  <Group justify="space-between" gap="sm" py={6}>
                    <div style={{ minWidth: 0, flex: '1 1 220px' }}>
                      <UnstyledButton
                        className="cw-link"
                        onClick={() => setOpened(each)}
                        style={{ overflowWrap: 'anywhere' }}
                      >
                        {each.name}
                      </UnstyledButton>
                      <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
                        {each.owner.name} · {each.mailbox ?? t('Every mailbox')}
                      </Text>
                    </div>
                    {each.audience.kind !== 'private' && <Tag tone="neutral">{t('Shared')}</Tag>}
                  </Group>
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
      {opened !== null && <SignatureDialog kept={opened === 'new' ? null : opened} close={() => setOpened(null)} />}
    </Panel>
  );
}
