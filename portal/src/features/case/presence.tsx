/** Who else is at the case, and what they do there: the server tells of those who may see it, while the connection lasts. */
import { Group, Text, Tooltip } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { useActivity, useOthers, type Present } from '../../api/presence';
import { t } from '../../i18n';
import { Notice } from '../../ui/notice';

/** How long somebody is said to write after the last key. */
const WRITES_FOR_MS = 30_000;

/** What somebody does, in a sentence. */
export function doing(person: Pick<Present, 'name' | 'activity'>): string {
  const { name } = person;
  switch (person.activity) {
    case 'replying':
      return t('{name} is writing a reply', { name });
    case 'filling-form':
      return t('{name} is filling in a form', { name });
    case 'editing-field':
      return t('{name} is editing a field', { name });
    case 'viewing':
      return t('{name} is looking at the case', { name });
  }
}

function initials(name: string): string {
  const words = name.split(/\s+/).filter(Boolean);
  return [words[0], words.length > 1 ? words.at(-1) : undefined]
    .map((word) => word?.charAt(0) ?? '')
    .join('')
    .toUpperCase();
}

/** The others, as a row of initials; a screen reader is told when somebody comes or begins to write. */
export function PresenceRow({ caseId }: { caseId: string }) {
  const others = useOthers(caseId);
  return (
    <Group gap={6} role="status" aria-label={t('Who else is here')} data-testid="presence">
      {others.slice(0, 5).map((person) => (
        <Tooltip key={person.id} label={doing(person)}>
          <span
            className={`cw-badge cw-tone-${person.activity === 'viewing' ? 'neutral' : 'warning'}`}
            data-testid="presence-person"
            data-activity={person.activity}
          >
            <span aria-hidden="true">{initials(person.name)}</span>
            <span className="cw-visually-hidden">{doing(person)}</span>
          </span>
        </Tooltip>
      ))}
      {others.length > 5 && (
        <Text size="xs" c="dimmed">
          {t('and {count} more', { count: others.length - 5 })}
        </Text>
      )}
    </Group>
  );
}

/** Told to whoever is about to answer as well. */
export function WritingNotice({ caseId }: { caseId: string }) {
  const writing = useOthers(caseId).filter((person) => person.activity === 'replying');
  if (writing.length === 0) return null;
  return (
    <Notice tone="warning" icon="edit" role="status" testId="presence-writing">
      {writing.map(doing).join(' · ')}
    </Notice>
  );
}

/** This person writes an answer: from a key on, and for a while after the last one. Call what it returns at every key. */
export function useWriting(caseId: string): () => void {
  const [isWriting, setWriting] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useActivity(caseId, 'replying', isWriting);
  useEffect(() => () => clearTimeout(timer.current), []);
  return () => {
    clearTimeout(timer.current);
    setWriting(true);
    timer.current = setTimeout(() => setWriting(false), WRITES_FOR_MS);
  };
}
