/** The cases that a batch leaves as they are, grouped by why. */
import { Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { SkippedCase } from '../../../api/schema';
import { plural } from '../../../i18n';

const SHOWN = 8;

export function Skipped({ count, cases }: { count: number; cases: SkippedCase[] }) {
  if (count === 0) return null;
  const reasons = new Map<string, SkippedCase[]>();
  for (const each of cases) reasons.set(each.detail, [...(reasons.get(each.detail) ?? []), each]);
  return (
    <div data-testid="bulk-skipped">
      <Text fw={600} size="sm">
        {plural('{count} case stays as it is:', '{count} cases stay as they are:', count)}
      </Text>
      <ul className="cw-reasons">
        {[...reasons].map(([reason, those]) => (
          <li key={reason}>
            <Text size="sm">{reason}</Text>
            {/* What is pressed on one line is not pressed on the next one. */}
            <Text size="xs" c="dimmed" lh="24px">
              {those.slice(0, SHOWN).map((each) => (
                <span key={each.id}>
                  {each.number === null ? (
                    '… '
                  ) : (
                    <Link to="/cases/$ref" params={{ ref: each.number }} className="cw-link">
                      {each.number}{' '}
                    </Link>
                  )}
                </span>
              ))}
              {those.length > SHOWN && plural('and {count} more', 'and {count} more', those.length - SHOWN)}
            </Text>
          </li>
        ))}
      </ul>
    </div>
  );
}
