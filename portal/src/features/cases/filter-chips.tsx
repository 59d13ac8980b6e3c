/** What narrows the list, one by one and in words that can be typed; each is taken away where it stands. */
import { Group, Pill } from '@mantine/core';
import { t } from '../../i18n';
import { withFilter, type CaseFilters } from './filters';
import { narrowed, spoken } from './syntax';

interface Props {
  filters: CaseFilters;
  change: (next: CaseFilters) => void;
  implied?: keyof CaseFilters;
}

export function FilterChips({ filters, change, implied }: Props) {
  const chips = narrowed(filters).filter(({ key }) => key !== implied);
  if (chips.length === 0) return null;
  return (
    <Group component="ul" gap={6} mb="sm" p={0} aria-label={t('Filters in force')} className="cw-plain-list">
      {chips.map(({ key, value }) => (
        <li key={key}>
          <Pill
            withRemoveButton
            onRemove={() => change(withFilter(filters, key, null))}
            removeButtonProps={{
              'aria-label': t('Remove {filter}', { filter: spoken(key, value) }),
              tabIndex: 0,
              'aria-hidden': undefined,
            }}
            data-testid="filter-chip"
          >
            {spoken(key, value)}
          </Pill>
        </li>
      ))}
    </Group>
  );
}
