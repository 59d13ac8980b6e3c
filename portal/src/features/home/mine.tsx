/** What else waits for me: where I was named, what I began to write, and the cases that I had open last. Each is left out where there is none. */
import { Text } from '@mantine/core';
import { useQueries, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { caseQuery, casesQuery, notificationsQuery } from '../../api/queries';
import { t } from '../../i18n';
import { writtenTo } from '../../lib/drafts';
import { recentCases } from '../../lib/recent';
import { TimeAgo } from '../../ui/badges';
import { Panel } from '../../ui/tabs';
import { localPath } from '../inbox/link';
import { More, SHOWN } from './figures';
import { CaseRow, Row, Rows } from './rows';

export function Mentions() {
  const query = useQuery(notificationsQuery({ state: 'open', kind: 'mention' }, SHOWN));
  const { items, total } = query.data ?? { items: [], total: 0 };
  if (items.length === 0) return null;
  return (
    <Panel
      title={t('Mentions')}
      padded={false}
      actions={<More to="/inbox" search={{ kind: 'mention' }} total={total} />}
    >
      <Rows>
        {items.map((item) => (
          <Row key={item.id} data-testid="home-mention">
            <div style={{ minWidth: 0 }}>
              <Link to={localPath(item.link, location.origin) ?? '/inbox'} className="cw-link">
                <Text size="sm" fw={600}>
                  {item.title}
                </Text>
              </Link>
              <Text size="xs" c="dimmed" className="cw-clip">
                {item.body} · <TimeAgo at={item.createdAt} />
              </Text>
            </div>
          </Row>
        ))}
      </Rows>
    </Panel>
  );
}

export function Drafts() {
  // Read once: what is written while this page is open is written elsewhere.
  const [written] = useState(() => writtenTo(['comment', 'mail']).slice(0, SHOWN));
  const cases = useQueries({ queries: written.map(({ id }) => ({ ...caseQuery(id), retry: false })) });
  const known = written.flatMap((each, index) => {
    const item = cases[index]?.data;
    return item === undefined ? [] : [{ ...each, item }];
  });
  if (known.length === 0) return null;
  return (
    <Panel title={t('Begun and not sent')} padded={false}>
      <Rows>
        {known.map(({ kind, id, text, item }) => (
          <Row key={`${kind}.${id}`} data-testid="home-draft">
            <div style={{ minWidth: 0 }}>
              <Link
                to="/cases/$ref/$tab"
                params={{ ref: item.number, tab: kind === 'mail' ? 'mail' : 'overview' }}
                className="cw-link"
              >
                <Text size="sm" fw={600} className="cw-clip">
                  {item.title}
                </Text>
              </Link>
              <Text size="xs" c="dimmed" className="cw-clip">
                {item.number} · {kind === 'mail' ? t('Mail') : t('Comment')}: {text}
              </Text>
            </div>
          </Row>
        ))}
      </Rows>
    </Panel>
  );
}

export function Recent({ now }: { now: number }) {
  const [numbers] = useState(() => recentCases(Date.now()).slice(0, SHOWN));
  const query = useQuery({ ...casesQuery({ number: numbers.join(','), limit: SHOWN }), enabled: numbers.length > 0 });
  // In the order in which they were open; what is not to be seen any more is not among them.
  const items = numbers.flatMap((number) => query.data?.items.find((item) => item.number === number) ?? []);
  if (items.length === 0) return null;
  return (
    <Panel title={t('Opened last')} padded={false}>
      <Rows>
        {items.map((item) => (
          <CaseRow key={item.id} item={item} now={now} short />
        ))}
      </Rows>
    </Panel>
  );
}
