/** The list as a file: what it shows, narrowed and sorted as it is. */
import { ApiError, authorizedFetch, parseJson, problemFrom } from '../../api/client';
import { serverUrl } from '../../lib/place';
import { columnsOf, toQuery, type CaseFilters } from './filters';

export interface Exported {
  /** Cases of the list. */
  total: number;
  /** The most that one file holds. */
  limit: number;
}

/** The address of the file. Pure. */
export function exportPath(filters: CaseFilters, forSpreadsheet: boolean): string {
  const asked = Object.entries({ ...toQuery(filters), columns: columnsOf(filters).join(',') });
  const query = new URLSearchParams(asked.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
  if (forSpreadsheet) query.set('byteOrderMark', 'true');
  return `/api/v1/cases/export?${query.toString()}`;
}

/** Whether a file has come to its end: its last line says so. Pure. */
export function isWhole(text: string): boolean {
  return /(?:^|\n)"?# end: \d+ of \d+ cases"?\r?\n?$/.test(text);
}

const broken = (cause?: unknown) =>
  new ApiError({ status: 0, code: 'broken-off', detail: 'The file broke off before its end.' }, cause);

/** Fetches the file and hands it to the browser. A file that broke off is none. */
export async function exportCases(filters: CaseFilters, forSpreadsheet: boolean): Promise<Exported> {
  const response = await authorizedFetch(
    new Request(serverUrl(exportPath(filters, forSpreadsheet)), { headers: { Accept: 'text/csv' } }),
  );
  if (!response.ok) throw new ApiError(problemFrom(response.status, parseJson(await response.text())));
  const content = await response.blob().catch((error: unknown) => {
    throw broken(error);
  });
  if (!isWhole(await content.slice(-200).text())) throw broken();
  const name = /filename="([^"]+)"/.exec(response.headers.get('content-disposition') ?? '')?.[1] ?? 'cases.csv';
  const url = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser has it by then.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
  const number = (header: string) => Number(response.headers.get(header) ?? 0);
  return { total: number('x-casewright-total'), limit: number('x-casewright-limit') };
}
