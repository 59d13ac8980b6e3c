/** A link to a case. */
import { Link } from '@tanstack/react-router';
import type { Case } from '../../api/schema';

export function CaseLink({
  item,
  className = '',
  onOpen,
  children,
}: {
  item: Case;
  className?: string;
  onOpen?: () => void;
  children: React.ReactNode;
}) {
  return (
    <Link
      to="/cases/$ref/$tab"
      params={{ ref: item.number, tab: 'overview' }}
      className={`cw-link ${className}`}
      onClick={onOpen}
      // Who pulls at the title means the card.
      draggable={false}
    >
      {children}
    </Link>
  );
}
