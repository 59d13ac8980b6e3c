/** What happened, newest first, with the comment box on top and the key data beside it. */
import { Stack } from '@mantine/core';
import type { Case, CaseDefinition } from '../../api/schema';
import { useCan } from '../../app/permissions';
import { later } from '../../ui/later';
import type { Conflict } from './actions';
import { Timeline } from './timeline';

// Beside and above the story, and always there: fetched with the page. The data comes as a whole, or its parts would push each other down.
const CommentBox = later(async () => (await import('./comment-box')).CommentBox);
const KeyData = later(async () => (await import('./key-data')).KeyData, <aside />);
CommentBox.ahead();
KeyData.ahead();

interface Props {
  item: Case;
  definition: CaseDefinition | undefined;
  onConflict: (conflict: Conflict) => void;
}

export function Overview({ item, definition, onConflict }: Props) {
  return (
    <div className="cw-split">
      <Stack gap="md">
        {useCan()('case:comment') && <CommentBox key={item.id} item={item} />}
        <Timeline item={item} />
      </Stack>
      <KeyData item={item} definition={definition} onConflict={onConflict} />
    </div>
  );
}
