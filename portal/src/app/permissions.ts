/** What the signed-in person may do, as the server says it of them. It decides again on every call: this only keeps what would be refused out of the way. */
import { useQuery } from '@tanstack/react-query';
import { useCallback } from 'react';
import { meQuery } from '../api/queries';

/** `kind:action`, as policies name them. */
export type Permission = `${string}:${string}`;

/** `*` stands for every kind or action, as in `case:*`, `*:*` and a bare `*`. */
export function allows(permissions: readonly string[], wanted: Permission): boolean {
  const [kind, action] = wanted.split(':', 2);
  return permissions.some((each) => {
    const [ofKind, ofAction] = each === '*' ? ['*', '*'] : each.split(':', 2);
    return (ofKind === kind || ofKind === '*') && (ofAction === action || ofAction === '*');
  });
}

/** Asks for one permission; nothing is allowed until the server has said so. */
export function useCan(): (wanted: Permission) => boolean {
  const permissions = useQuery(meQuery).data?.permissions;
  return useCallback((wanted) => permissions !== undefined && allows(permissions, wanted), [permissions]);
}

/** Who looks after the work of others, as the policy has it. */
export function useOversees(): boolean {
  const roles = useQuery(meQuery).data?.roles ?? [];
  return roles.some((role) => role === 'supervisor' || role === 'admin');
}
