/** What is to be known of a case before anything else: that it is part of another one, that it is held, that it will be deleted. */
import type { Case } from '../../api/schema';
import { HoldNotice } from './hold/hold-notice';
import { MergedNotice } from './merge/merged-notice';

export function CaseNotices({ item }: { item: Case }) {
  return (
    <>
      <MergedNotice item={item} />
      <HoldNotice item={item} />
    </>
  );
}
