/** One entry of the timeline, with an address of its own. */
import { ActionIcon, Group, Text } from '@mantine/core';
import { useEffect, useRef } from 'react';
import type { Case, TimelineItem } from '../../api/schema';
import { t } from '../../i18n';
import { dateTime } from '../../lib/format';
import { personName, TimeAgo } from '../../ui/badges';
import { Icon } from '../../ui/icons';
import { report, told } from '../../ui/toast';
import { fieldChanges, sentence } from './sentence';
import { Comment } from './timeline-comment';
import { addressOf } from './timeline-fold';
import { kindLook } from './timeline-kinds';
import type { EntryNames } from './timeline-names';

interface Props {
  item: Case;
  entry: TimelineItem;
  names: EntryNames;
  /** The address of the page names it. */
  isNamed: boolean;
}

export function Entry({ item, entry, names, isNamed }: Props) {
  const [icon, tone] = kindLook(entry.kind);
  const comment = entry.kind === 'comment-added' && typeof entry.data.body === 'string' ? entry.data.body : null;
  const gone = entry.data.deleted === true;
  const self = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (!isNamed) return;
    self.current?.scrollIntoView({ block: 'center' });
    self.current?.focus({ preventScroll: true });
  }, [isNamed]);
  return (
    <li
      ref={self}
      className="cw-event"
      data-testid="timeline-item"
      data-kind={entry.kind}
      data-named={isNamed}
      id={addressOf(entry.id)}
      tabIndex={-1}
    >
      <span className={`cw-event-icon cw-tone-${tone}`}>
        <Icon name={icon} size={15} />
      </span>
      <div className="cw-event-body">
        <Group gap={6} wrap="wrap" align="baseline">
          <Text size="sm" fw={600} span>
            {personName(entry.actor)}
          </Text>
          <Text size="sm" span style={{ overflowWrap: 'anywhere' }}>
            {sentence(entry, names)}
          </Text>
          <EntryLink entry={entry} />
        </Group>
        {fieldChanges(entry.data).map((change) => (
          <Text key={change.key} size="xs" c="dimmed" mt={2}>
            {names.field(change.key)}: {names.value(change.key, change.before)} →{' '}
            {names.value(change.key, change.after)}
          </Text>
        ))}
        {comment !== null && gone && (
          <Text size="sm" c="dimmed" fs="italic" mt={4}>
            {t('Comment deleted')}
          </Text>
        )}
        {comment !== null && !gone && <Comment item={item} entry={entry} body={comment} />}
      </div>
    </li>
  );
}

/** The time leads to the entry itself; the button beside it puts that address into the clipboard. */
function EntryLink({ entry }: { entry: TimelineItem }) {
  const address = `#${addressOf(entry.id)}`;
  const copy = () => {
    const full = new URL(address, location.href).href;
    // Without TLS there is no clipboard; the link itself is still there to be copied.
    const written = navigator.clipboard?.writeText(full) ?? Promise.reject(new Error(full));
    written.then(
      () => told(t('The link is copied')),
      (error: unknown) => report(error, t('The link was not copied')),
    );
  };
  return (
    <Group gap={2} wrap="nowrap" align="center">
      <a href={address} className="cw-event-time" data-testid="entry-link">
        <TimeAgo at={entry.at} />
      </a>
      <ActionIcon
        variant="subtle"
        c="dimmed"
        size={24}
        aria-label={t('Copy the link to this entry of {at}', { at: dateTime(entry.at) })}
        onClick={copy}
        data-testid="copy-entry-link"
      >
        <Icon name="link" size={13} />
      </ActionIcon>
    </Group>
  );
}
