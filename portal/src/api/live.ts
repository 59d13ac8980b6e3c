/**
 * One websocket per tab. Events carry ids only: each one invalidates what it may have changed and the views fetch again.
 * Must never carry content into the cache, and must never leave a page stale silently: while the socket is down, open views are polled.
 */
import type { QueryClient } from '@tanstack/react-query';
import { useEffect, useSyncExternalStore } from 'react';
import { serverUrl } from '../lib/place';
import { currentToken } from './client';
import { noteLive } from './connection';
import { presence, type Present } from './presence';
import { refreshCases } from './refresh-cases';

export type LiveState = 'connecting' | 'live' | 'offline';
const COALESCE_MS = 120;
/** At most one round of fetching in this time, however much happens elsewhere. */
const PAUSE_MS = 1_500;
const POLL_MS = 10_000;
/** What is said about presence is refused alone: the connection goes on. */
const OF_PRESENCE = new Set(['too-many-messages', 'too-many-cases', 'unknown-case']);

/** The first parts of the query keys that an event of a channel can have changed. */
export function touchedKeys(channel: string): string[] {
  const kind = channel.split(':', 1)[0];
  // The case that is open has a channel of its own; its row in a list comes with `cases`.
  if (kind === 'cases') return ['cases', 'queue-counts', 'view-counts'];
  if (kind === 'case') return ['case', 'cases', 'tasks'];
  if (kind === 'tasks') return ['tasks', 'case'];
  if (kind === 'notifications') return ['notifications'];
  if (kind === 'process') return ['instance', 'instances', 'incidents', 'process-definitions'];
  return [];
}

/** Waits longer after each failure, up to 15 s; the jitter keeps tabs from returning all at once after a restart. */
export function reconnectDelay(attempt: number, random: number): number {
  return Math.min(15_000, 500 * 2 ** Math.min(attempt, 6)) * (0.75 + random / 2);
}

export class LiveConnection {
  private socket: WebSocket | null = null;
  private position: string | null = null;
  private attempt = 0;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private poll: ReturnType<typeof setInterval> | null = null;
  private readonly wanted = new Map<string, number>();
  private readonly listeners = new Set<() => void>();
  private readonly pending = new Set<string>();
  /** Cases that changed since the last round. */
  private changed = new Set<string>();
  private lastRound = 0;
  private flush: ReturnType<typeof setTimeout> | null = null;
  private stopped = true;
  state: LiveState = 'connecting';

  constructor(
    private readonly client: QueryClient,
    private readonly url: () => string,
  ) {}

  start(): void {
    if (!this.stopped) return;
    this.stopped = false;
    window.addEventListener('offline', this.onNetworkGone);
    window.addEventListener('online', this.onNetworkBack);
    this.connect();
  }

  stop(): void {
    this.stopped = true;
    window.removeEventListener('offline', this.onNetworkGone);
    window.removeEventListener('online', this.onNetworkBack);
    if (this.timer !== null) clearTimeout(this.timer);
    this.stopPolling();
    this.socket?.close();
    this.socket = null;
  }

  subscribe(channel: string): () => void {
    this.wanted.set(channel, (this.wanted.get(channel) ?? 0) + 1);
    if (this.wanted.get(channel) === 1) this.announce();
    return () => {
      const left = (this.wanted.get(channel) ?? 1) - 1;
      if (left > 0) this.wanted.set(channel, left);
      else this.wanted.delete(channel);
      if (left <= 0) this.announce();
    };
  }

  onState(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** A new access token: a server that closes on expiry gets a new greeting before that. */
  greetAgain(): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.hello();
  }

  /** A socket whose network went away says nothing for minutes: it has to prove itself by a new one, and reads by an answer. */
  private readonly onNetworkGone = (): void => {
    const socket = this.socket;
    this.socket = null;
    socket?.close();
    if (this.timer !== null) clearTimeout(this.timer);
    this.attempt = Math.max(1, this.attempt);
    this.retry();
    void this.client.invalidateQueries({ refetchType: 'active' });
  };

  private readonly onNetworkBack = (): void => {
    if (this.state === 'live') return;
    if (this.timer !== null) clearTimeout(this.timer);
    const socket = this.socket;
    this.socket = null;
    socket?.close();
    this.connect();
  };

  private connect(): void {
    const token = currentToken();
    if (this.stopped || token === null) return this.retry();
    const socket = new WebSocket(this.url());
    this.socket = socket;
    socket.addEventListener('open', () => this.hello());
    socket.addEventListener('message', (message) => this.receive(String(message.data)));
    socket.addEventListener('close', () => {
      if (this.socket !== socket) return;
      this.socket = null;
      this.retry();
    });
  }

  private hello(): void {
    this.send({ type: 'hello', token: currentToken(), resume: this.position });
    this.announce();
  }

  private announce(): void {
    if (this.wanted.size > 0) this.send({ type: 'subscribe', channels: [...this.wanted.keys()] });
  }

  private send(message: unknown): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }

  private receive(text: string): void {
    const message = JSON.parse(text) as {
      type: string;
      channel?: string;
      id?: string;
      position?: string;
      case?: string;
      people?: Present[];
      code?: string;
    };
    if (message.position !== undefined) this.position = message.position;
    if (message.type === 'ready') {
      const wasDown = this.attempt > 0;
      this.attempt = 0;
      this.stopPolling();
      this.setState('live');
      presence.connected((said) => this.send(said));
      if (wasDown) void this.client.invalidateQueries();
    } else if (message.type === 'event' && message.channel !== undefined) {
      for (const key of touchedKeys(message.channel)) this.pending.add(key);
      const id =
        message.channel === 'cases'
          ? message.id
          : message.channel.startsWith('case:')
            ? message.channel.slice(5)
            : undefined;
      if (id !== undefined) this.changed.add(id);
      this.flush ??= setTimeout(() => this.invalidate(), Math.max(COALESCE_MS, this.lastRound + PAUSE_MS - Date.now()));
    } else if (message.type === 'resync') {
      this.position = null;
      void this.client.invalidateQueries();
    } else if (message.type === 'presence' && message.case !== undefined) {
      presence.received(message.case, message.people ?? []);
    } else if (message.type === 'error' && !OF_PRESENCE.has(message.code ?? '')) {
      this.socket?.close();
    }
  }

  private invalidate(): void {
    this.flush = null;
    this.lastRound = Date.now();
    const [keys, changed] = [[...this.pending], this.changed];
    this.pending.clear();
    this.changed = new Set();
    for (const key of keys) {
      if (key !== 'cases') void this.client.invalidateQueries({ queryKey: [key] });
    }
    if (keys.includes('cases')) void refreshCases(this.client, changed);
  }

  private retry(): void {
    presence.disconnected();
    if (this.stopped) return;
    this.attempt += 1;
    if (this.attempt > 1) this.setState('offline');
    this.poll ??= setInterval(() => void this.client.invalidateQueries({ refetchType: 'active' }), POLL_MS);
    this.timer = setTimeout(() => this.connect(), reconnectDelay(this.attempt, Math.random()));
  }

  private stopPolling(): void {
    if (this.poll !== null) clearInterval(this.poll);
    this.poll = null;
  }

  private setState(state: LiveState): void {
    if (this.state === state) return;
    this.state = state;
    noteLive(state === 'offline');
    for (const listener of this.listeners) listener();
  }
}

let connection: LiveConnection | null = null;
export function openLive(client: QueryClient): LiveConnection {
  connection ??= new LiveConnection(client, () => serverUrl('/api/v1/live').href.replace(/^http/, 'ws'));
  return connection;
}

export function useLiveChannel(channel: string | null): void {
  useEffect(() => (channel === null || connection === null ? undefined : connection.subscribe(channel)), [channel]);
}

export function useLiveState(): LiveState {
  return useSyncExternalStore(
    (listener) => connection?.onState(listener) ?? (() => undefined),
    () => connection?.state ?? 'connecting',
  );
}
