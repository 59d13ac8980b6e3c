/** Where a notification leads, as a path of this portal; a link to anywhere else is not followed. */
export function localPath(link: string | null, origin: string): string | null {
  if (link === null || link === '') return null;
  const url = URL.parse(link, origin);
  return url === null || url.origin !== origin ? null : url.pathname + url.search + url.hash;
}
