/** `/problems/:tab`: what cannot go on by itself and is nobody's case: mailboxes, dead letters; and the way to changes that some cases refused. */
import { Button } from '@mantine/core';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useCan, type Permission } from '../../app/permissions';
import { t } from '../../i18n';
import { Page } from '../../ui/page';
import { NoAccess } from '../../ui/states';
import { LinkTabs } from '../../ui/tabs';
import { DeadLetters } from './dead-letters';
import { Mailboxes } from './mailboxes';
import type { ProblemTab } from './tabs';

const route = getRouteApi('/problems/$tab');

export function Problems() {
  const { tab } = route.useParams() as { tab: ProblemTab };
  const can = useCan();
  const tabs: { id: ProblemTab; label: string; needs: Permission }[] = [
    { id: 'mailboxes', label: t('Mailboxes'), needs: 'mailbox:read' },
    { id: 'dead-letters', label: t('Dead letters'), needs: 'dead-letter:read' },
  ];
  const shown = tabs.filter((each) => can(each.needs));
  return (
    <Page
      title={t('Problems')}
      width={980}
      actions={
        can('case-batch:read') && (
          <Button component={Link} to="/cases/changes" variant="default" data-testid="batches-link">
            {t('Changes of many cases')}
          </Button>
        )
      }
    >
      <LinkTabs
        label={t('Problems')}
        current={tab}
        tabs={shown.map(({ id, label }) => ({
          id,
          label,
          link: { to: '/problems/$tab', params: { tab: id } as never },
        }))}
      />
      <div style={{ marginTop: 16 }}>{shown.some(({ id }) => id === tab) ? <Open tab={tab} /> : <NoAccess />}</div>
    </Page>
  );
}

function Open({ tab }: { tab: ProblemTab }) {
  switch (tab) {
    case 'mailboxes':
      return <Mailboxes />;
    case 'dead-letters':
      return <DeadLetters />;
  }
}
