/** Cases by something that they have in common: a row each, every number with the list behind it. */
import { Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { GroupCount, GroupCounts } from '../../api/schema';
import { t } from '../../i18n';
import { fieldValue } from '../../lib/format';
import { TimeAgo } from '../../ui/badges';
import { Panel } from '../../ui/tabs';
import type { CaseFilters } from '../cases/filters';
import { behind, RISKS } from './filters';

interface Props {
  title: string;
  groups: GroupCounts | undefined;
  filters: CaseFilters;
  name: (group: GroupCount) => ReactNode;
}

/** A number that leads to what it counts; nothing leads nowhere. */
export function CountLink({ count, search, label }: { count: number; search: CaseFilters; label: string }) {
  if (count === 0)
    return (
      <Text span size="sm" c="dimmed">
        0
      </Text>
    );
  return (
    <Link to="/cases" search={search} className="cw-link cw-num" aria-label={`${label}: ${fieldValue(count)}`}>
      {fieldValue(count)}
    </Link>
  );
}

export function CountTable({ title, groups, filters, name }: Props) {
  if (groups === undefined) return null;
  const most = Math.max(1, ...groups.items.map((group) => group.count));
  return (
    <Panel title={title} padded={false}>
      <div className="cw-table-scroll" tabIndex={0} role="region" aria-label={title}>
        <table className="cw-table" data-testid={`counts-${groups.by}`}>
          <caption className="cw-visually-hidden">{title}</caption>
          <thead>
            <tr>
              {/* The panel says it already. */}
              <th scope="col">
                <span className="cw-visually-hidden">{title}</span>
              </th>
              <th scope="col" className="cw-figure">
                {t('Open')}
              </th>
              <th scope="col" className="cw-figure">
                {t('At risk')}
              </th>
              <th scope="col" className="cw-figure">
                {t('Over')}
              </th>
              <th scope="col" className="cw-hide-narrow">
                {t('Oldest')}
              </th>
            </tr>
          </thead>
          <tbody>
            {groups.items.map((group) => (
              <tr key={group.value ?? ''} data-value={group.value ?? 'none'} data-count={group.count}>
                <th scope="row">
                  {name(group)}
                  <span className="cw-share" aria-hidden="true">
                    <span style={{ width: `${(group.count / most) * 100}%` }} />
                  </span>
                </th>
                <td className="cw-figure">
                  <CountLink count={group.count} search={behind(filters, groups.by, group)} label={t('Open')} />
                </td>
                <td className="cw-figure">
                  <CountLink
                    count={groups.by === 'sla' ? 0 : group.atRisk}
                    search={behind(filters, groups.by, group, RISKS.atRisk)}
                    label={t('At risk')}
                  />
                </td>
                <td className="cw-figure">
                  <CountLink
                    count={groups.by === 'sla' ? 0 : group.breached}
                    search={behind(filters, groups.by, group, RISKS.breached)}
                    label={t('Over')}
                  />
                </td>
                <td className="cw-hide-narrow">
                  <TimeAgo at={group.oldestAt} />
                </td>
              </tr>
            ))}
            {groups.rest > 0 && (
              <tr>
                <th scope="row">{t('All others')}</th>
                <td className="cw-figure">{fieldValue(groups.rest)}</td>
                <td colSpan={3} />
              </tr>
            )}
            {groups.items.length === 0 && (
              <tr>
                <td colSpan={5}>{t('None')}</td>
              </tr>
            )}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}
