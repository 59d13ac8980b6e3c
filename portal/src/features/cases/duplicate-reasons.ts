/** Why a case may be the same as another one, in words. */
import type { Duplicate } from '../../api/schema';
import { t } from '../../i18n';

export function reasonsOf({ reasons }: Pick<Duplicate, 'reasons'>): string[] {
  return reasons.map((reason) =>
    reason.kind === 'same-attachment'
      ? t('same file: {name}', { name: reason.name })
      : t('same requester, similar title'),
  );
}

/** Ids of the files that a form has so far. */
export function filesIn(fields: Record<string, unknown>): string[] {
  const ids = Object.values(fields)
    .filter((value) => Array.isArray(value))
    .flat()
    .map((value: unknown) => (value as { fileId?: unknown } | null)?.fileId);
  return ids.filter((id) => typeof id === 'string');
}
