/** What the start of the portal found out, for every screen below it. */
import { useQuery } from '@tanstack/react-query';
import { createContext, useContext } from 'react';
import { meQuery } from '../api/queries';
import type { ClientConfig } from '../api/schema';
import type { Locale } from '../i18n';

export interface Session { config: ClientConfig; language: Locale; changeLanguage(next: Locale): void; signOut(): void }
export const SessionContext = createContext<Session | null>(null);

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (session === null) throw new Error('no session: the screen is outside of Boot');
  return session;
}

/** Operators see processes, incidents and deployments; the server decides again on every call. */
export function useIsOperator(): boolean {
  const me = useQuery(meQuery).data;
  return me !== undefined && me.roles.some((role) => ['process-developer', 'admin', 'supervisor'].includes(role));
}
