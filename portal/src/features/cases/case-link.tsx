/** A link to a case. */
import { Link } from '@tanstack/react-router';
import type { Case } from '../../api/schema';

export function CaseLink({
  item,
  className = '',
  children,
}: {
  item: Case;
  className?: string;
  children: React.ReactNode;
}) {
  return (
    <Link to="/cases/$ref/$tab" params={{ ref: item.number, tab: 'overview' }} className={`cw-link ${className}`}>
      {children}
    </Link>
  );
}
