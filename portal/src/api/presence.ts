/**
 * Who else is at a case: told by the socket, forgotten when it is down. What this tab's person does is said once and again after each new connection.
 */
import { useEffect, useSyncExternalStore } from 'react';

export type Activity = 'viewing' | 'editing-field' | 'filling-form' | 'replying';
export interface Present {
  id: string;
  name: string;
  activity: Activity;
  detail: string | null;
  since: string;
}
type Say = (message: unknown) => void;

const NOBODY: Present[] = [];
/** The weightiest last, as the server has them. */
const ORDER: Activity[] = ['viewing', 'editing-field', 'filling-form', 'replying'];

export class Presence {
  private say: Say = () => undefined;
  private readonly mine = new Map<string, Activity[]>();
  private readonly others = new Map<string, Present[]>();
  private readonly listeners = new Set<() => void>();

  /** How messages reach the server; the connection says what it is, and again whenever it is there. */
  connected(say: Say): void {
    this.say = say;
    for (const id of this.mine.keys()) this.tell(id);
  }

  /** Nothing is known of anybody while there is no connection. */
  disconnected(): void {
    this.say = () => undefined;
    this.others.clear();
    this.changed();
  }

  received(caseId: string, people: Present[]): void {
    this.others.set(caseId, people);
    this.changed();
  }

  /** This person does something at a case, until the returned function is called. */
  begin(caseId: string, activity: Activity): () => void {
    this.mine.set(caseId, [...(this.mine.get(caseId) ?? []), activity]);
    this.tell(caseId);
    return () => {
      const left = [...(this.mine.get(caseId) ?? [])];
      left.splice(left.indexOf(activity), 1);
      if (left.length > 0) {
        this.mine.set(caseId, left);
        return this.tell(caseId);
      }
      this.mine.delete(caseId);
      this.others.delete(caseId);
      this.say({ type: 'absent', case: caseId });
    };
  }

  at(caseId: string): Present[] {
    return this.others.get(caseId) ?? NOBODY;
  }

  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private tell(caseId: string): void {
    const doing = [...(this.mine.get(caseId) ?? [])].sort((a, b) => ORDER.indexOf(b) - ORDER.indexOf(a))[0];
    if (doing !== undefined) this.say({ type: 'present', case: caseId, activity: doing });
  }

  private changed(): void {
    for (const listener of this.listeners) listener();
  }
}

export const presence = new Presence();

/** This person does that at the case while `active`. */
export function useActivity(caseId: string, activity: Activity, active = true): void {
  useEffect(() => (active ? presence.begin(caseId, activity) : undefined), [caseId, activity, active]);
}

/** The others at the case. */
export function useOthers(caseId: string): Present[] {
  return useSyncExternalStore(
    (listener) => presence.onChange(listener),
    () => presence.at(caseId),
  );
}
