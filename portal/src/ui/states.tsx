/** What a view shows when it has no rows, no answer or no right to them. Each says what happened and what can be done. */
import { Button, Group, Skeleton, Stack, Text, ThemeIcon } from '@mantine/core';
import type { ReactNode } from 'react';
import { useQuery } from '@tanstack/react-query';
import { ApiError } from '../api/client';
import { meQuery } from '../api/queries';
import { plural, t } from '../i18n';
import { counted } from '../lib/format';
import { Icon, type IconName } from './icons';

interface EmptyProps {
  icon?: IconName;
  title: string;
  children?: ReactNode;
  action?: ReactNode;
}
export function Empty({ icon = 'inbox', title, children, action }: EmptyProps) {
  return (
    <Stack align="center" gap={6} py={40} px="md" ta="center">
      <ThemeIcon size={44} radius="xl" variant="transparent" className="cw-tone-accent">
        <Icon name={icon} size={22} />
      </ThemeIcon>
      <Text fw={600} mt={4}>
        {title}
      </Text>
      {children !== undefined && (
        <Text size="sm" c="dimmed" maw={420} component="div">
          {children}
        </Text>
      )}
      {action !== undefined && <Group mt="xs">{action}</Group>}
    </Stack>
  );
}

export function Loading({ rows = 6 }: { rows?: number }) {
  return (
    <Stack gap={10} p="md" role="status" aria-label={t('Loading')}>
      {Array.from({ length: rows }, (_, index) => (
        <Skeleton key={index} height={18} width={`${92 - ((index * 17) % 40)}%`} />
      ))}
    </Stack>
  );
}

/** What a person sees who opens a page by its address without the right to it. While the rights are being asked for, it loads. */
export function NoAccess() {
  const known = useQuery(meQuery).data !== undefined;
  return known ? (
    <Empty icon="lock" title={t('You have no access to this')}>
      {t('Your roles do not include it. Ask an administrator if you need it for your work.')}
    </Empty>
  ) : (
    <Loading />
  );
}

export function Failure({ error, retry }: { error: unknown; retry?: () => void }) {
  const problem = error instanceof ApiError ? error : null;
  if (problem?.isForbidden === true) {
    return <NoAccess />;
  }
  if (problem?.isMissing === true) {
    return (
      <Empty icon="search" title={t('This does not exist')}>
        {t('It may have been removed, or the link is incomplete.')}
      </Empty>
    );
  }
  return (
    <div role="alert">
      <Empty
        icon="incident"
        title={problem?.code === 'unreachable' ? t('The server cannot be reached') : t('This could not be loaded')}
        action={
          retry !== undefined && (
            <Button variant="default" onClick={retry}>
              {t('Try again')}
            </Button>
          )
        }
      >
        {problem !== null && problem.code !== 'unreachable'
          ? `${problem.message} (${problem.code})`
          : t('Check the connection. Nothing you entered is lost.')}
      </Empty>
    </div>
  );
}

interface Source<T> {
  data: T | undefined;
  error: unknown;
  isPending: boolean;
  refetch: () => unknown;
}
/** Shows data when there is some, and otherwise why there is none. Data that is already there stays while it is fetched again. */
export function Loaded<T>({
  query,
  rows,
  children,
}: {
  query: Source<T>;
  rows?: number;
  children: (data: T) => ReactNode;
}) {
  if (query.data !== undefined) return children(query.data);
  if (query.isPending) return <Loading rows={rows} />;
  return <Failure error={query.error} retry={() => void query.refetch()} />;
}

/** The number of rows, also for screen readers when it changes. */
export function Count({
  shown,
  total,
  one,
  other,
}: {
  shown: number;
  total: number | null | undefined;
  one: Parameters<typeof plural>[0];
  other: Parameters<typeof plural>[1];
}) {
  return (
    <Text size="sm" c="dimmed" role="status" aria-live="polite" className="cw-num">
      {plural(one, other, total ?? shown, total == null ? {} : { count: counted(total) })}
    </Text>
  );
}
