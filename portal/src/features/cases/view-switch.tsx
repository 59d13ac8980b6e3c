/** From the list to the board and back, with the filters. */
import { SegmentedControl } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { t } from '../../i18n';
import type { CaseFilters } from './filters';

export function ViewSwitch({ current, filters }: { current: 'list' | 'board'; filters: CaseFilters }) {
  const navigate = useNavigate();
  return (
    <SegmentedControl
      size="xs"
      aria-label={t('View')}
      value={current}
      data={[
        { value: 'list', label: t('List') },
        { value: 'board', label: t('Board') },
      ]}
      onChange={(value) => void navigate({ to: value === 'board' ? '/cases/board' : '/cases', search: filters })}
    />
  );
}
