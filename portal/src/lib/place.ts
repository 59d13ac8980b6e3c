/** Where the platform is below its host: nothing, or a path without a slash at its end, as the server says it in the page. */
const told = document.querySelector<HTMLMetaElement>('meta[name="casewright-prefix"]');
export const PREFIX = told?.content ?? '';

/** An address of the server, of a path as the description of the API has it. */
export function serverUrl(path: string): URL {
  return new URL(PREFIX + path, location.origin);
}
