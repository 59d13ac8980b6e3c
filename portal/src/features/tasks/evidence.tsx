/** What is known of a task's case, to be read while its form is filled in: mail, documents, and what was said. */
import { SegmentedControl, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { caseQuery } from '../../api/queries';
import type { Case } from '../../api/schema';
import { useCan } from '../../app/permissions';
import { t } from '../../i18n';
import { later } from '../../ui/later';
import { Loaded, Loading } from '../../ui/states';
import { EVIDENCE, type Evidence } from './tabs';

const MailThread = later(async () => (await import('../case/mail-thread')).MailThread, <Loading />);
const Documents = later(async () => (await import('../case/documents')).Documents, <Loading />);
const Timeline = later(async () => (await import('../case/timeline')).Timeline, <Loading />);
const CommentBox = later(async () => (await import('../case/comment-box')).CommentBox);

export const evidenceName = (evidence: Evidence) =>
  ({ mail: t('Mail'), documents: t('Documents'), timeline: t('Timeline') })[evidence];

/** `choose` where it stands beside the form and has no tabs. */
export function EvidencePart({
  reference,
  evidence,
  choose,
}: {
  reference: string;
  evidence: Evidence;
  choose?: (evidence: Evidence) => void;
}) {
  const query = useQuery(caseQuery(reference));
  return (
    <Stack component="section" aria-label={t('What is known of the case')} data-testid="task-evidence">
      {choose !== undefined && (
        <SegmentedControl
          size="xs"
          aria-label={t('What is known of the case')}
          value={evidence}
          onChange={(value) => choose(value as Evidence)}
          data={EVIDENCE.map((each) => ({ value: each, label: evidenceName(each) }))}
          style={{ alignSelf: 'flex-start' }}
        />
      )}
      <Loaded query={query}>{(item) => <Part item={item} evidence={evidence} />}</Loaded>
    </Stack>
  );
}

function Part({ item, evidence }: { item: Case; evidence: Evidence }) {
  const can = useCan();
  if (evidence === 'mail') return <MailThread key={item.id} item={item} />;
  if (evidence === 'documents') return <Documents key={item.id} item={item} />;
  return (
    <Stack>
      {can('case:comment') && <CommentBox key={item.id} item={item} />}
      <Timeline key={item.id} item={item} />
    </Stack>
  );
}
