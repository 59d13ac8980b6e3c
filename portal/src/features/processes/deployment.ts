/** Sends files to the engine and sorts what it answers. Multipart by hand: openapi-fetch is for JSON. */
import { ApiError, authorizedFetch, parseJson, problemFrom } from '../../api/client';
import type { Deployment, ProblemDetail } from '../../api/schema';
import { serverUrl } from '../../lib/place';

export async function deploy(name: string, files: File[]): Promise<Deployment> {
  const form = new FormData();
  form.append('deployment-name', name);
  for (const file of files) form.append(file.name, file, file.name);
  const response = await authorizedFetch(new Request(serverUrl('/api/v1/deployments'), { method: 'POST', body: form }));
  const body = parseJson(await response.text());
  if (!response.ok) throw new ApiError(problemFrom(response.status, body));
  return body as Deployment;
}

/** By file, then by place in it: the order in which a person repairs them. */
export function sortDiagnostics(all: ProblemDetail[]): ProblemDetail[] {
  return [...all].sort(
    (a, b) =>
      (a.resource ?? '').localeCompare(b.resource ?? '') ||
      (a.line ?? 0) - (b.line ?? 0) ||
      (a.column ?? 0) - (b.column ?? 0),
  );
}

/** `12:5`, or what is known of it. */
export function place(diagnostic: ProblemDetail): string {
  if (diagnostic.line == null) return '–';
  return diagnostic.column == null ? String(diagnostic.line) : `${diagnostic.line}:${diagnostic.column}`;
}

export const DEPLOYABLE = /\.(bpmn|bpmn20\.xml|dmn|dmn11\.xml|form|cmmn)$/i;
