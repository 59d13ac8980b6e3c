/** A case that is part of another one leads there. */
import { Link } from '@tanstack/react-router';
import type { Case } from '../../../api/schema';
import { t } from '../../../i18n';
import { Notice } from '../../../ui/notice';

export function MergedNotice({ item }: { item: Case }) {
  if (item.mergedInto == null) return null;
  return (
    <Notice tone="accent" icon="link" title={t('This case is part of another one')} role="status">
      <Link to="/cases/$ref" params={{ ref: item.mergedInto.number }} className="cw-link" data-testid="merged-into">
        {t('Go on in {number}', { number: item.mergedInto.number })}
      </Link>
    </Notice>
  );
}
