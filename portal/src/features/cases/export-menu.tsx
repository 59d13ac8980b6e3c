/** Taking the list away as a file. */
import { Button, Menu } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { t } from '../../i18n';
import { fieldValue } from '../../lib/format';
import { Icon } from '../../ui/icons';
import { report, told } from '../../ui/toast';
import { exportCases } from './export';
import type { CaseFilters } from './filters';

export function ExportMenu({ filters, total }: { filters: CaseFilters; total: number | null }) {
  const fetching = useMutation({
    mutationFn: (forSpreadsheet: boolean) => exportCases(filters, forSpreadsheet),
    onSuccess: (file) =>
      told(
        file.total > file.limit
          ? t('The file has the first {limit} of {count} cases. Narrow the list for the others.', {
              limit: fieldValue(file.limit),
              count: fieldValue(file.total),
            })
          : t('The file has all {count} cases of the list', { count: fieldValue(file.total) }),
      ),
    onError: (error) => report(error, t('No file was written')),
  });
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <Button
          variant="default"
          size="xs"
          leftSection={<Icon name="download" size={14} />}
          loading={fetching.isPending}
          disabled={total === 0}
          data-testid="export"
        >
          {t('Export')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t('The columns shown, all rows of the list')}</Menu.Label>
        <Menu.Item onClick={() => fetching.mutate(false)} data-testid="export-csv">
          {t('CSV')}
        </Menu.Item>
        <Menu.Item onClick={() => fetching.mutate(true)} data-testid="export-excel">
          {t('CSV for Excel')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
