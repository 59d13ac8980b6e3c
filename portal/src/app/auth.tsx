/**
 * Sign-in with OpenID Connect: code + PKCE, access token in memory only.
 * What survives a reload is the refresh token, in this tab's session storage; it is exchanged for a fresh access token before the first call.
 */
import { InMemoryWebStorage, UserManager, WebStorageStateStore, type User } from 'oidc-client-ts';
import { setTokenSource } from '../api/client';
import type { ClientConfig } from '../api/schema';
import { PREFIX, serverUrl } from '../lib/place';

const RETURN_TO = 'casewright.return-to';

/** Keeps users in memory and only what is needed to renew them in session storage. */
class RenewableStore implements Storage {
  private readonly memory = new InMemoryWebStorage();
  [name: string]: unknown;

  get length(): number {
    return this.memory.length;
  }
  key(index: number): string | null {
    return this.memory.key(index);
  }
  clear(): void {
    this.memory.clear();
  }
  getItem(key: string): string | null {
    return this.memory.getItem(key) ?? sessionStorage.getItem(key);
  }
  setItem(key: string, value: string): void {
    this.memory.setItem(key, value);
    const user = JSON.parse(value) as Record<string, unknown>;
    if (typeof user.refresh_token !== 'string') return;
    const { refresh_token, profile, scope, session_state } = user;
    sessionStorage.setItem(
      key,
      JSON.stringify({
        refresh_token,
        profile,
        scope,
        session_state,
        token_type: 'Bearer',
        access_token: '',
        expires_at: 1,
      }),
    );
  }
  removeItem(key: string): void {
    this.memory.removeItem(key);
    sessionStorage.removeItem(key);
  }
}

export async function loadConfig(): Promise<ClientConfig> {
  const response = await fetch(serverUrl('/api/v1/client-config'));
  if (!response.ok) throw new Error(`client-config answered ${response.status}`);
  return (await response.json()) as ClientConfig;
}

const ORGANISATION = 'casewright.organisation';

/**
 * The organisation to sign in to: `?organisation=` in the address, remembered for the next time in this browser; empty for the one
 * that every installation has.
 */
export function organisation(search: string): string {
  const asked = new URLSearchParams(search).get('organisation');
  if (asked !== null) localStorage.setItem(ORGANISATION, asked);
  return localStorage.getItem(ORGANISATION) ?? '';
}

export function createManager(config: ClientConfig): UserManager {
  const tenant = organisation(location.search);
  return new UserManager({
    extraQueryParams: tenant ? { tenant } : {},
    acr_values: config.acrValues.length > 0 ? config.acrValues.join(' ') : undefined,
    max_age: config.maxAge ?? undefined,
    authority: config.issuer,
    client_id: config.clientId,
    redirect_uri: serverUrl('/').href,
    post_logout_redirect_uri: serverUrl('/').href,
    response_type: 'code',
    scope: Array.isArray(config.scopes) ? config.scopes.join(' ') : config.scopes || 'openid profile email',
    userStore: new WebStorageStateStore({ store: new RenewableStore() }),
    stateStore: new WebStorageStateStore({ store: sessionStorage }),
    automaticSilentRenew: true,
    accessTokenExpiringNotificationTimeInSeconds: 45,
    monitorSession: false,
    loadUserInfo: false,
  });
}

const ASKED_AGAIN = 'casewright.asked-again';
/** Who comes back sooner with no better sign-in cannot do better. */
const PATIENCE = 60_000;

/** Whether a person is to be asked again now: not twice in a row, or a provider that cannot do better would be asked for ever. */
export function mayAskAgain(now: number): boolean {
  const last = Number(sessionStorage.getItem(ASKED_AGAIN) ?? 0);
  if (now - last < PATIENCE) return false;
  sessionStorage.setItem(ASKED_AGAIN, String(now));
  return true;
}

/** Hands the manager's tokens to the API client; several 401s at once cause one renewal. */
export function provideTokens(manager: UserManager, onExpired: () => void): void {
  let user: User | null = null;
  let renewing: Promise<string | null> | null = null;
  manager.events.addUserLoaded((loaded) => {
    user = loaded;
  });
  manager.events.addUserUnloaded(() => {
    user = null;
  });
  setTokenSource({
    token: () => (user !== null && user.access_token !== '' ? user.access_token : null),
    renew: () => {
      renewing ??= renew(manager).then((fresh) => {
        user = fresh;
        renewing = null;
        return fresh?.access_token ?? null;
      });
      return renewing;
    },
    expired: onExpired,
    insufficient: () => {
      if (mayAskAgain(Date.now())) onExpired();
    },
  });
}

async function renew(manager: UserManager): Promise<User | null> {
  const known = await manager.getUser();
  if (known?.refresh_token === undefined) return null;
  // A refused refresh token means signing in again; it is not an error of the portal.
  return manager.signinSilent().catch(() => null);
}

export type Session = { kind: 'signed-in'; user: User } | { kind: 'signed-out' } | { kind: 'failed'; reason: string };

/** Finishes a redirect, renews what the last page left, or says that a person has to sign in. */
export async function openSession(manager: UserManager): Promise<Session> {
  const query = new URLSearchParams(location.search);
  if (query.has('state') && (query.has('code') || query.has('error'))) {
    try {
      const user = await manager.signinCallback();
      history.replaceState(null, '', takeReturnTo());
      return user === undefined ? { kind: 'signed-out' } : { kind: 'signed-in', user };
    } catch (error) {
      history.replaceState(null, '', serverUrl('/'));
      return { kind: 'failed', reason: error instanceof Error ? error.message : String(error) };
    }
  }
  const user = await renew(manager);
  return user === null ? { kind: 'signed-out' } : { kind: 'signed-in', user };
}

export function rememberReturnTo(): void {
  sessionStorage.setItem(RETURN_TO, location.pathname + location.search + location.hash);
}

const HOME = `${PREFIX}/`;

function takeReturnTo(): string {
  const path = sessionStorage.getItem(RETURN_TO) ?? HOME;
  sessionStorage.removeItem(RETURN_TO);
  return path.startsWith(HOME) && !path.startsWith('//') ? path : HOME;
}
