/** Who asked for a case, from what was typed; none when nothing was. Pure. */
export interface Requester {
  name: string | null;
  email: string | null;
}

export function requesterOf({ name, email }: { name: string; email: string }): Requester | undefined {
  const [who, where] = [name.trim() || null, email.trim() || null];
  return who === null && where === null ? undefined : { name: who, email: where };
}
