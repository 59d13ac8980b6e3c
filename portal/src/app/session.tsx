/** What the start of the portal found out, for every screen below it. */
import { createContext, useContext } from 'react';
import type { ClientConfig } from '../api/schema';
import type { Locale } from '../i18n';

export interface Session {
  config: ClientConfig;
  language: Locale;
  changeLanguage(next: Locale): void;
  signOut(): void;
}
export const SessionContext = createContext<Session | null>(null);

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (session === null) throw new Error('no session: the screen is outside of Boot');
  return session;
}
