/** A figure of the home screen, and the way from a part of a list to the whole. */
import { Button, Group, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { t } from '../../i18n';
import { counted } from '../../lib/format';
import { Icon, type IconName } from '../../ui/icons';

export const SHOWN = 6;

export type Target = {
  to: '/tasks' | '/cases' | '/inbox' | '/incidents' | '/mails' | '/processes' | '/problems/$tab';
  params?: object;
  search?: object;
};

export function Figure({
  id,
  icon,
  value,
  label,
  to,
  params,
  search,
  danger = false,
}: Target & { id: string; icon: IconName; value: number | null | undefined; label: string; danger?: boolean }) {
  return (
    <Link
      to={to}
      params={params as never}
      search={search as never}
      className="cw-tile"
      style={{ padding: '12px 14px' }}
      data-testid={`figure-${id}`}
      data-value={value ?? undefined}
    >
      <Group gap="sm" wrap="nowrap">
        <span
          className={`cw-event-icon cw-tone-${danger ? 'danger' : 'accent'}`}
          style={{ width: 36, height: 36, flex: 'none' }}
        >
          <Icon name={icon} />
        </span>
        <div style={{ minWidth: 0 }}>
          <Text fw={700} fz={22} lh={1.1} className="cw-num">
            {value == null ? '–' : counted(value)}
          </Text>
          <Text size="xs" c="dimmed">
            {label}
          </Text>
        </div>
      </Group>
    </Link>
  );
}

/** How many of a panel's tasks are urgent, and the way to them; nothing while there are none. */
export function Part({
  id,
  label,
  value,
  search,
}: {
  id: string;
  label: string;
  value: number | null | undefined;
  search: object;
}) {
  if (value == null || value === 0) return null;
  return (
    <Button
      component={Link}
      to="/tasks"
      search={search as never}
      variant="light"
      color={id === 'overdue' ? 'danger' : undefined}
      size="compact-xs"
      data-testid={`part-${id}`}
      data-value={value}
    >
      {label} {counted(value)}
    </Button>
  );
}

/** Leads to the whole list, and says how much it is when not all of it is here. */
export function More({ to, search, total }: Target & { total: number | null | undefined }) {
  return (
    <Button
      component={Link}
      to={to}
      search={search as never}
      variant="subtle"
      size="compact-xs"
      rightSection={<Icon name="chevron" size={13} />}
    >
      {total != null && total > SHOWN ? t('All {count}', { count: counted(total) }) : t('All')}
    </Button>
  );
}
