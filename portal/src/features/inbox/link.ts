import { PREFIX } from '../../lib/place';

/** Where a notification leads, as a path of this portal; a link to anywhere else is not followed. */
export function localPath(link: string | null, origin: string): string | null {
  if (link === null || link === '') return null;
  const url = URL.parse(link, origin);
  if (url === null || url.origin !== origin) return null;
  const path = url.pathname.startsWith(`${PREFIX}/`) ? url.pathname.slice(PREFIX.length) : url.pathname;
  return path + url.search + url.hash;
}
