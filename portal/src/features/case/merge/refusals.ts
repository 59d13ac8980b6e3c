/** Why two cases cannot be merged, in words. */
import type { MergePreview } from '../../../api/schema';
import { t } from '../../../i18n';

type Refusal = NonNullable<MergePreview['refusal']>;

const TEXTS: Record<Refusal, () => string> = {
  'same-case': () => t('They are the same case.'),
  'target-closed': () => t('The other case is closed.'),
  'target-merging': () => t('The other case is merged into another one itself.'),
  'restriction-mismatch': () => t('Others may see the one case than may see the other.'),
  'already-merged': () => t('This case was merged already.'),
};

export function refusalText(refusal: Refusal): string {
  return TEXTS[refusal]();
}
