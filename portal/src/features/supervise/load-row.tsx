/** One person's row, and under it their work once it is opened. */
import { UnstyledButton } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { t } from '../../i18n';
import { fieldValue, words } from '../../lib/format';
import { TimeAgo } from '../../ui/badges';
import { Icon } from '../../ui/icons';
import type { CaseFilters } from '../cases/filters';
import { CountLink } from './count-table';
import { behind, RISKS } from './filters';
import { Pieces } from './pieces';
import type { Piece } from './use-handing';
import type { Load } from './workload';

interface Props {
  load: Load;
  filters: CaseFilters;
  isOpen: boolean;
  toggle: (isOpen: boolean) => void;
  drag: (piece: Piece | null) => void;
  drop: (to: { id: string; name: string } | null) => void;
}

export function LoadRow({ load, filters, isOpen, toggle, drag, drop }: Props) {
  const [over, setOver] = useState(false);
  const { id, cases, tasks } = load;
  const name = load.name ?? (id === null ? t('Nobody') : words(id));
  const count = (sla?: string) => behind(filters, 'assignee', cases, sla);
  return (
    <>
      <tr
        className="cw-person-row"
        data-over={over}
        data-testid="load"
        data-person={id ?? 'none'}
        onDragOver={(event) => {
          event.preventDefault();
          // Also where a link of the piece was taken hold of.
          event.dataTransfer.dropEffect = 'move';
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setOver(false);
          drop(id === null ? null : { id, name });
        }}
      >
        <th scope="row">
          <UnstyledButton
            aria-expanded={isOpen}
            onClick={() => toggle(!isOpen)}
            style={{
              display: 'flex',
              alignItems: 'center',
              gap: 6,
              fontWeight: 600,
              fontSize: 'inherit',
              minHeight: 24,
            }}
            data-testid="load-open"
          >
            <Icon name={isOpen ? 'down' : 'chevron'} size={14} />
            {name}
          </UnstyledButton>
        </th>
        <td className="cw-figure" data-count={cases.count}>
          <CountLink count={cases.count} search={count()} label={t('Open cases')} />
        </td>
        <td className="cw-figure cw-hide-narrow">
          <CountLink count={cases.atRisk} search={count(RISKS.atRisk)} label={t('At risk')} />
        </td>
        <td className="cw-figure">
          <CountLink count={cases.breached} search={count(RISKS.breached)} label={t('Over')} />
        </td>
        <td className="cw-hide-narrow">
          <TimeAgo at={cases.oldestAt} />
        </td>
        <td className="cw-figure">
          <TaskLink count={tasks.count} person={id} label={t('Tasks')} />
        </td>
        <td className="cw-figure">
          <TaskLink count={tasks.breached} person={id} label={t('Overdue')} overdue />
        </td>
      </tr>
      {isOpen && (
        <tr>
          <td colSpan={7} style={{ padding: 0 }}>
            <Pieces person={id} filters={filters} drag={drag} />
          </td>
        </tr>
      )}
    </>
  );
}

function TaskLink({
  count,
  person,
  label,
  overdue,
}: {
  count: number;
  person: string | null;
  label: string;
  overdue?: true;
}) {
  if (count === 0) return <span>0</span>;
  return (
    <Link
      to="/tasks"
      search={{ assignee: person ?? 'none', overdue }}
      className="cw-link cw-num"
      aria-label={`${label}: ${fieldValue(count)}`}
    >
      {fieldValue(count)}
    </Link>
  );
}
