/** The frame around every screen: skip link, navigation, search, bell, help and the person's menu. */
import {
  ActionIcon,
  AppShell,
  Burger,
  Button,
  Group,
  Indicator,
  Menu,
  NavLink,
  ScrollArea,
  Stack,
  Text,
  Tooltip,
  UnstyledButton,
  useComputedColorScheme,
  useMantineColorScheme,
  VisuallyHidden,
} from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { spotlight } from '@mantine/spotlight';
import { useQuery } from '@tanstack/react-query';
import { Link, Outlet, useRouterState } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useLiveChannel, useLiveState } from '../api/live';
import { incidentsQuery, meQuery, notificationCountQuery } from '../api/queries';
import { PinnedViews } from '../features/cases/saved-views/pinned';
import { LOCALES, plural, t } from '../i18n';
import { Initials } from '../ui/badges';
import { Icon, Logo, type IconName } from '../ui/icons';
import { later } from '../ui/later';
import { Page } from '../ui/page';
import { NoAccess } from '../ui/states';
import { ToldWhole } from '../ui/told-whole';
import { navigation, placesFor } from './navigation';
import { OfflineBanner } from './offline-banner';
import { Palette } from './palette-later';
import { useCan } from './permissions';
import { preparePages } from './print';
import { useSession } from './session';
import { useShortcuts } from './shortcuts';

const Shortcuts = later(async () => (await import('./shortcuts-help')).Shortcuts);

export function Shell() {
  const [open, { toggle, close }] = useDisclosure(false);
  const [help, { open: openHelp, close: closeHelp }] = useDisclosure(false);
  const path = useRouterState({ select: (state) => state.location.pathname });
  useEffect(close, [path, close]);
  useShortcuts(openHelp);
  useEffect(preparePages, []);
  useLiveChannel('notifications');
  useLiveChannel('tasks');
  useLiveChannel('cases');
  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 224, breakpoint: 'md', collapsed: { mobile: !open } }}
      padding={{ base: 'sm', sm: 'lg' }}
    >
      <a className="cw-skip" href="#main">
        {t('Skip to content')}
      </a>
      <AppShell.Header className="cw-header">
        <Group h="100%" px="md" gap="sm" wrap="nowrap" justify="space-between">
          <Group gap="xs" wrap="nowrap">
            <Burger
              opened={open}
              onClick={toggle}
              hiddenFrom="md"
              size="sm"
              aria-label={open ? t('Close navigation') : t('Open navigation')}
            />
            <Link to="/" className="cw-brand">
              <Logo size={26} />
              <span className="cw-hide-narrow">Casewright</span>
              <VisuallyHidden>{t('My work')}</VisuallyHidden>
            </Link>
          </Group>
          <UnstyledButton
            onClick={() => spotlight.open()}
            visibleFrom="xs"
            className="cw-panel"
            style={{ flex: '0 1 420px', padding: '6px 12px', boxShadow: 'none' }}
          >
            <Group gap="xs" justify="space-between" wrap="nowrap" c="dimmed">
              <Group gap={8} wrap="nowrap">
                <Icon name="search" size={16} />
                <Text size="sm">{t('Search or jump to…')}</Text>
              </Group>
              <kbd className="cw-kbd">Ctrl K</kbd>
            </Group>
          </UnstyledButton>
          <HeaderActions openHelp={openHelp} />
        </Group>
      </AppShell.Header>
      <AppShell.Navbar className="cw-nav" p="sm" aria-label={t('Main')}>
        <Navigation path={path} />
      </AppShell.Navbar>
      <AppShell.Main id="main" tabIndex={-1}>
        <OfflineBanner />
        <Allowed path={path} />
      </AppShell.Main>
      <Palette />
      <ToldWhole />
      {help && <Shortcuts opened close={closeHelp} />}
    </AppShell>
  );
}

function Navigation({ path }: { path: string }) {
  const can = useCan();
  const isUnknown = useQuery(meQuery).data === undefined;
  const places = placesFor(can);
  const incidents =
    useQuery({ ...incidentsQuery, enabled: places.some((place) => place.to === '/incidents') }).data?.length ?? 0;
  const session = useSession();
  return (
    <>
      {(isUnknown || can('case:create')) && (
        // Its place is kept until it is known whether it is there.
        <AppShell.Section mb="sm" style={isUnknown ? { visibility: 'hidden' } : undefined}>
          <Button component={Link} to="/cases/new" fullWidth leftSection={<Icon name="plus" size={16} />}>
            {t('New case')}
          </Button>
        </AppShell.Section>
      )}
      <AppShell.Section grow component={ScrollArea} type="auto">
        <Stack gap={2}>
          {places.map((entry, index) => (
            <div key={entry.to}>
              {entry.group !== undefined && entry.group !== places[index - 1]?.group && (
                <Text size="xs" fw={600} c="dimmed" mt="md" mb={4} px={10}>
                  {entry.group}
                </Text>
              )}
              <NavLink
                component={Link}
                to={entry.to}
                activeOptions={{ exact: true, includeSearch: false }}
                label={entry.label}
                leftSection={<Icon name={entry.icon} />}
                active={entry.to === active(path)}
                className="cw-navlink"
                aria-current={entry.to === active(path) ? 'page' : undefined}
                rightSection={
                  entry.to === '/incidents' && incidents > 0 ? (
                    <span className="cw-badge cw-tone-danger">{incidents}</span>
                  ) : undefined
                }
              />
              {entry.to === '/cases' && can('saved-view:read') && <PinnedViews path={path} />}
            </div>
          ))}
        </Stack>
      </AppShell.Section>
      <AppShell.Section pt="sm">
        <LiveMark />
        <Text size="xs" c="dimmed" px={10}>
          {session.config.productName} {session.config.version}
        </Text>
      </AppShell.Section>
    </>
  );
}

/** The navigation entry a path belongs to: the longest that it starts with. */
function active(path: string): string {
  const hits = navigation()
    .map((entry) => entry.to)
    .filter((to) => (to === '/' ? path === '/' : path === to || path.startsWith(`${to}/`)));
  if (path.startsWith('/instances/')) return '/processes';
  return hits.sort((a, b) => b.length - a.length)[0] ?? '';
}

/** A page opened by its address without the right to it says so; the server refuses what it would ask for anyway. */
function Allowed({ path }: { path: string }) {
  const can = useCan();
  const me = useQuery(meQuery).data;
  const place = navigation().find((each) => each.to === active(path));
  if (
    me === undefined ||
    place?.needs === undefined ||
    can(place.needs) ||
    path.startsWith('/instances/') ||
    path.startsWith('/processes/')
  )
    return <Outlet />;
  return (
    <Page title={place.label}>
      <div className="cw-panel">
        <NoAccess />
      </div>
    </Page>
  );
}

function LiveMark() {
  const state = useLiveState();
  const [tone, icon, text]: [string, IconName, string] =
    state === 'live'
      ? ['success', 'bolt', t('Live')]
      : state === 'offline'
        ? ['warning', 'clock', t('Reconnecting…')]
        : ['neutral', 'clock', t('Connecting…')];
  return (
    <div role="status" style={{ padding: '0 8px 6px' }}>
      <span className={`cw-badge cw-tone-${tone}`}>
        <Icon name={icon} size={12} />
        <span>{text}</span>
      </span>
    </div>
  );
}

function HeaderActions({ openHelp }: { openHelp: () => void }) {
  const scheme = useComputedColorScheme('light');
  const { setColorScheme } = useMantineColorScheme();
  const unread = useQuery(notificationCountQuery).data ?? 0;
  const me = useQuery(meQuery).data;
  const session = useSession();
  return (
    <Group gap={4} wrap="nowrap">
      <ActionIcon
        hiddenFrom="xs"
        variant="subtle"
        color="gray"
        c="inherit"
        size="lg"
        aria-label={t('Search and commands')}
        onClick={() => spotlight.open()}
      >
        <Icon name="search" />
      </ActionIcon>
      <Tooltip label={t('Notifications')}>
        <Indicator label={unread > 99 ? '99+' : unread} disabled={unread === 0} size={16} offset={8} color="danger">
          <ActionIcon
            component={Link}
            to="/inbox"
            variant="subtle"
            c="inherit"
            size="lg"
            data-testid="notification-bell"
            data-unread={unread}
            aria-label={plural('Notifications, {count} unread', 'Notifications, {count} unread', unread)}
          >
            <Icon name="bell" size={20} />
          </ActionIcon>
        </Indicator>
      </Tooltip>
      <Tooltip label={scheme === 'dark' ? t('Light theme') : t('Dark theme')}>
        <ActionIcon
          variant="subtle"
          c="inherit"
          size="lg"
          aria-label={scheme === 'dark' ? t('Light theme') : t('Dark theme')}
          onClick={() => setColorScheme(scheme === 'dark' ? 'light' : 'dark')}
        >
          <Icon name={scheme === 'dark' ? 'sun' : 'moon'} />
        </ActionIcon>
      </Tooltip>
      <Tooltip label={t('Keyboard shortcuts')}>
        <ActionIcon
          visibleFrom="xs"
          variant="subtle"
          c="inherit"
          size="lg"
          aria-label={t('Keyboard shortcuts')}
          onClick={openHelp}
        >
          <Icon name="help" />
        </ActionIcon>
      </Tooltip>
      <Menu position="bottom-end" width={240} withinPortal>
        <Menu.Target>
          <ActionIcon variant="subtle" size="lg" radius="xl" aria-label={t('Account')}>
            <Initials name={me?.name ?? '?'} size={30} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>
            {me?.name}
            <br />
            {me?.email}
          </Menu.Label>
          <Menu.Divider />
          <Menu.Label>{t('Language')}</Menu.Label>
          {LOCALES.map((each) => (
            <Menu.Item
              key={each.id}
              lang={each.id}
              onClick={() => session.changeLanguage(each.id)}
              rightSection={each.id === session.language ? <Icon name="check" size={14} /> : undefined}
            >
              {each.name}
            </Menu.Item>
          ))}
          <Menu.Divider />
          <Menu.Item onClick={() => setColorScheme('auto')}>{t('Use the system theme')}</Menu.Item>
          <Menu.Item component={Link} to="/account">
            {t('My account')}
          </Menu.Item>
          <Menu.Item component={Link} to="/about">
            {t('About and licences')}
          </Menu.Item>
          <Menu.Divider />
          <Menu.Item onClick={session.signOut}>{t('Sign out')}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </Group>
  );
}
