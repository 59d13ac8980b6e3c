/**
 * The one way to the server: a typed fetch that carries the token, renews it once on 401 and turns every refusal into an `ApiError`.
 * Must never log bodies or tokens, and must never retry a write whose outcome is unknown.
 */
import createClient from 'openapi-fetch';
import { PREFIX, serverUrl } from '../lib/place';
import { isOffline, noteAnswer } from './connection';
import type { paths } from './generated';
import type { Problem, ProblemDetail } from './schema';

export interface TokenSource {
  token(): string | null;
  /** Tries to get a fresh token; null when the person has to sign in again. */
  renew(): Promise<string | null>;
  expired(): void;
  /** The token is good, and the sign-in behind it not strong or not new enough. */
  insufficient(): void;
}
let tokens: TokenSource = {
  token: () => null,
  renew: async () => null,
  expired: () => undefined,
  insufficient: () => undefined,
};
export function setTokenSource(source: TokenSource): void {
  tokens = source;
}
export function currentToken(): string | null {
  return tokens.token();
}

/** A refusal by the server (RFC 9457), or no answer at all (`status` 0, code `unreachable`). */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly errors: ProblemDetail[];
  readonly currentVersion: number | null;
  /** What a program needs to know besides, by the code. */
  readonly details: Record<string, unknown> | null;

  constructor(problem: Problem, cause?: unknown) {
    super(problem.detail ?? problem.title ?? problem.code, { cause });
    this.name = 'ApiError';
    this.status = problem.status;
    this.code = problem.code;
    this.errors = problem.errors ?? [];
    this.currentVersion = problem.currentVersion ?? null;
    this.details = problem.details ?? null;
  }
  get isConflict(): boolean {
    return this.status === 412 || this.status === 409;
  }
  get isForbidden(): boolean {
    return this.status === 403;
  }
  get isMissing(): boolean {
    return this.status === 404;
  }
}

export function problemFrom(status: number, body: unknown): Problem {
  if (typeof body === 'object' && body !== null && 'code' in body) return { ...(body as Problem), status };
  return {
    status,
    code: status === 0 ? 'unreachable' : `http-${status}`,
    detail: typeof body === 'string' && body.length < 300 ? body : undefined,
  };
}

const READS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** A write that is not even tried: its outcome is known, and whoever wrote it is told at once. */
export function offline(): ApiError {
  return new ApiError({ status: 0, code: 'offline', detail: 'There is no connection. Nothing was sent.' });
}

function withToken(request: Request, token: string | null): Request {
  if (token !== null) request.headers.set('Authorization', `Bearer ${token}`);
  return request;
}

/** Fetches with the token; a 401 is answered by one renewal and one repetition, because the server did nothing yet. */
export async function authorizedFetch(request: Request): Promise<Response> {
  if (isOffline() && !READS.has(request.method)) throw offline();
  const again = request.clone();
  const response = await fetch(withToken(request, tokens.token())).catch((error: unknown) => {
    // Who gave up an answer does not know whether there is one.
    if (!request.signal.aborted) noteAnswer(false);
    throw new ApiError({ status: 0, code: 'unreachable', detail: 'The server cannot be reached.' }, error);
  });
  noteAnswer(true);
  if (response.status !== 401) return response;
  // No renewal helps against that: the provider has to ask the person (RFC 9470).
  if (response.headers.get('www-authenticate')?.includes('insufficient_user_authentication')) {
    tokens.insufficient();
    return response;
  }
  const fresh = await tokens.renew();
  if (fresh === null) {
    tokens.expired();
    return response;
  }
  return fetch(withToken(again, fresh));
}

export const api = createClient<paths>({ baseUrl: PREFIX, fetch: authorizedFetch });

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** Unwraps an answer or throws the problem it carries. */
export async function take<T>(call: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await call;
  if (!response.ok) throw new ApiError(problemFrom(response.status, error));
  return data as T;
}

/** As `take`, for what answers 204 when there is nothing: null then. */
export async function takenFrom<T>(call: Promise<Answer<T>>): Promise<T | null> {
  const answer = await call;
  return answer.response.status === 204 ? null : take(Promise.resolve(answer));
}

/** An entity tag for `If-Match`. */
export function etag(version: number): string {
  return `"${version}"`;
}

/** Takes XML whether the server sends it bare or inside JSON (`bpmn20Xml`, `xml`). */
export async function fetchXml(path: string): Promise<string> {
  const response = await authorizedFetch(
    new Request(serverUrl(path), { headers: { Accept: 'application/xml, application/json' } }),
  );
  const text = await response.text();
  if (!response.ok) throw new ApiError(problemFrom(response.status, parseJson(text) ?? text));
  if (text.trimStart().startsWith('<')) return text;
  const json = parseJson(text);
  if (typeof json === 'string') return json;
  if (typeof json === 'object' && json !== null) {
    for (const key of ['xml', 'bpmn20Xml']) {
      const value = (json as Record<string, unknown>)[key];
      if (typeof value === 'string') return value;
    }
  }
  throw new ApiError({ status: response.status, code: 'not-xml', detail: 'The server did not send a diagram.' });
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
