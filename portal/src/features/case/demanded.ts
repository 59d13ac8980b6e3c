/** What a refused move to another stage asks for, read from the refusal. Pure. */
import { ApiError } from '../../api/client';
import type { Lack } from '../../api/schema';
import type { PatchRequest } from './actions';
import { openWorkIn, type OpenWork } from './open-work';

export interface Demand {
  request: PatchRequest;
  /** Fields that are missing or wrong, by their keys. */
  errors: { key: string; detail: string }[];
  /** Why a reason is asked for; null when it is not. */
  reason: string | null;
  /** The case ends with the move, and how is not said. */
  resolution: boolean;
  /** What nothing in the dialog can bring. */
  blocked: string[];
  /** Work that ends with the stage or the case. */
  open: OpenWork | null;
}

/** What a refusal of a move asks for; null when it is about something else. */
export function demandOf(request: PatchRequest, error: unknown): Demand | null {
  if (!(error instanceof ApiError) || request.patch.stage == null) return null;
  const nothing: Demand = { request, errors: [], reason: null, resolution: false, blocked: [], open: null };
  const open = openWorkIn(error);
  if (open !== null) return { ...nothing, open };
  if (error.status !== 422) return null;
  const missing = (error.details?.missing as Lack[] | undefined) ?? [];
  const blocking = new Set(missing.filter(({ pointer }) => pointer === '/stage').map(({ message }) => message));
  const demand = error.errors.reduce<Demand | null>((told, { pointer, detail, code }) => {
    const key = /^\/fields\/([^/]+)/
      .exec(pointer ?? '')?.[1]
      ?.replaceAll('~1', '/')
      .replaceAll('~0', '~');
    const words = detail ?? code;
    if (told === null) return null;
    if (key !== undefined)
      return told.errors.some((each) => each.key === key)
        ? told
        : { ...told, errors: [...told.errors, { key, detail: words }] };
    if (pointer === '/reason') return { ...told, reason: words };
    if (pointer === '/resolution') return { ...told, resolution: true };
    return pointer === '/stage' && blocking.has(words) ? { ...told, blocked: [...told.blocked, words] } : null;
  }, nothing);
  return error.errors.length > 0 ? demand : null;
}
