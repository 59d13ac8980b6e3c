/** From nothing to a signed-in portal: configuration, session, and the few pages a person sees when there is none. */
import { Button, Loader, localStorageColorSchemeManager, MantineProvider, Stack, Text, Title } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import type { UserManager } from 'oidc-client-ts';
import { useEffect, useState, type ComponentType, type ReactNode } from 'react';
import { ApiError } from '../api/client';
import { openLive } from '../api/live';
import type { ClientConfig } from '../api/schema';
import { locale, switchLocale, t, type Locale } from '../i18n';
import { forgetList } from '../lib/case-list';
import { draftsOf, forgetDrafts } from '../lib/drafts';
import { serverUrl } from '../lib/place';
import { Logo } from '../ui/icons';
import { createManager, loadConfig, openSession, provideTokens, rememberReturnTo } from './auth';
import { createPortalRouter } from './router';
import { SessionContext } from './session';
import { styleNonce } from './style-nonce';
import { theme } from './theme';
import { later } from '../ui/later';
import { report } from '../ui/toast';

/** What could not be fetched is tried again: a message waits until it can be shown. */
const fetchMessages = async (): Promise<ComponentType> => {
  for (;;) {
    try {
      return (await import('./messages')).Messages;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 3_000));
    }
  }
};
const Messages = later(fetchMessages);

const schemes = localStorageColorSchemeManager({ key: 'casewright.theme' });
const SIGNED_OUT = 'casewright.signed-out';

const queries = new QueryClient({
  defaultOptions: {
    // A query that waits for a network is a page that loads for ever: it is asked, and the failure is told.
    mutations: { networkMode: 'always' },
    queries: {
      networkMode: 'always',
      staleTime: 5_000,
      refetchOnWindowFocus: true,
      // A refusal is an answer; only a missing answer is worth asking again.
      retry: (count, error) => count < 2 && (!(error instanceof ApiError) || error.status === 0 || error.status >= 500),
    },
  },
});

type Phase =
  | { kind: 'starting' }
  | { kind: 'signed-out'; manager: UserManager; reason: string | null }
  | { kind: 'ready'; manager: UserManager; config: ClientConfig }
  | { kind: 'broken'; reason: string };

let started: Promise<Phase> | null = null;

async function start(): Promise<Phase> {
  try {
    const config = await loadConfig();
    const manager = createManager(config);
    provideTokens(manager, () => {
      // Drafts are in local storage and forms in session storage: both are there again after the detour.
      rememberReturnTo();
      void manager.removeUser().then(() => manager.signinRedirect());
    });
    const session = await openSession(manager);
    if (session.kind === 'signed-in') {
      draftsOf(session.user.profile.sub, Date.now());
      const live = openLive(queries);
      live.start();
      manager.events.addUserLoaded(() => live.greetAgain());
      return { kind: 'ready', manager, config };
    }
    if (session.kind === 'failed') return { kind: 'signed-out', manager, reason: session.reason };
    if (sessionStorage.getItem(SIGNED_OUT) !== null) {
      sessionStorage.removeItem(SIGNED_OUT);
      return { kind: 'signed-out', manager, reason: null };
    }
    rememberReturnTo();
    await manager.signinRedirect();
    return { kind: 'starting' };
  } catch (error) {
    return { kind: 'broken', reason: error instanceof Error ? error.message : String(error) };
  }
}

export function Boot() {
  const [phase, setPhase] = useState<Phase>({ kind: 'starting' });
  const [language, setLanguage] = useState<Locale>(locale());
  useEffect(() => {
    started ??= start();
    void started.then(setPhase);
  }, []);
  const changeLanguage = (next: Locale) => {
    void switchLocale(next).then(
      () => setLanguage(next),
      (error: unknown) => report(error, t('The language could not be loaded')),
    );
  };
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto" colorSchemeManager={schemes} getStyleNonce={styleNonce}>
      <Messages />
      {phase.kind === 'ready' ? (
        <QueryClientProvider client={queries}>
          <SessionContext
            value={{ config: phase.config, language, changeLanguage, signOut: () => void signOut(phase.manager) }}
          >
            <Screens key={language} />
          </SessionContext>
        </QueryClientProvider>
      ) : (
        <Gate phase={phase} />
      )}
    </MantineProvider>
  );
}

function Screens() {
  const [router] = useState(() => createPortalRouter(queries));
  return <RouterProvider router={router} />;
}

async function signOut(manager: UserManager): Promise<void> {
  sessionStorage.setItem(SIGNED_OUT, '1');
  queries.clear();
  forgetDrafts();
  forgetList();
  try {
    await manager.signoutRedirect();
  } catch {
    // An issuer without an end-session endpoint: forgetting the tokens is what we can do.
    await manager.removeUser();
    location.assign(serverUrl('/'));
  }
}

function Gate({ phase }: { phase: Exclude<Phase, { kind: 'ready' }> }) {
  if (phase.kind === 'starting')
    return (
      <Frame title={t('Signing in')}>
        <Loader size="sm" aria-label={t('Loading')} />
      </Frame>
    );
  if (phase.kind === 'broken') {
    return (
      <Frame title={t('Casewright could not start')}>
        <Text c="dimmed">{phase.reason}</Text>
        <Button onClick={() => location.reload()}>{t('Try again')}</Button>
      </Frame>
    );
  }
  return (
    <Frame title={phase.reason === null ? t('You are signed out') : t('Sign-in did not succeed')}>
      <Text c="dimmed" ta="center">
        {phase.reason ?? t('Sign in again to go on with your work.')}
      </Text>
      <Button onClick={() => void phase.manager.signinRedirect()}>{t('Sign in')}</Button>
    </Frame>
  );
}

function Frame({ title, children }: { title: string; children: ReactNode }) {
  useEffect(() => {
    document.title = `${title} · Casewright`;
  }, [title]);
  return (
    <Stack component="main" align="center" justify="center" mih="100dvh" p="lg" gap="md">
      <Logo size={44} />
      <Title order={1}>{title}</Title>
      {children}
    </Stack>
  );
}
