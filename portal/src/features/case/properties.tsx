/** Priority, due date, labels and requester of a case, each changed where it is read: one click, at once, with the version that was seen. */
import { Button, Group, Menu, Popover, Stack, TagsInput, Text, TextInput } from '@mantine/core';
import { useEffect, useState, type FormEvent, type ReactNode } from 'react';
import type { Case } from '../../api/schema';
import { t } from '../../i18n';
import { dateTime, localInput, localInstant } from '../../lib/format';
import { Priority, priorityName, Tag } from '../../ui/badges';
import { Icon } from '../../ui/icons';
import { requesterOf, type Requester } from '../cases/requester';
import type { PatchRequest } from './actions';

type Change = (request: Omit<PatchRequest, 'item'>) => void;
export type Editor = 'priority' | 'due' | 'labels' | 'requester';
export interface PropertyProps {
  item: Case;
  may: boolean;
  change: Change;
  open: Editor | null;
  setOpen: (editor: Editor | null) => void;
}

/** The levels people choose from; any number from 0 to 100 can come from elsewhere. */
export const PRIORITIES: { value: number; label: () => string }[] = [
  { value: 90, label: () => t('High') },
  { value: 50, label: () => t('Normal') },
  { value: 20, label: () => t('Low') },
];

export function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <Stack gap={2}>
      <Text size="xs" c="dimmed">
        {label}
      </Text>
      <Text size="sm" component="div">
        {children}
      </Text>
    </Stack>
  );
}

const button = { variant: 'subtle', color: 'gray', c: 'inherit', size: 'compact-sm', px: 4 } as const;

export function PriorityProperty({ item, may, change, open, setOpen }: PropertyProps) {
  if (!may)
    return (
      <Fact label={t('Priority')}>
        <Priority value={item.priority} />
      </Fact>
    );
  return (
    <Fact label={t('Priority')}>
      <Menu
        withinPortal
        position="bottom-start"
        opened={open === 'priority'}
        onChange={(opened) => setOpen(opened ? 'priority' : null)}
      >
        <Menu.Target>
          <Button
            {...button}
            aria-label={t('Priority: {value}. Change', { value: priorityName(item.priority) })}
            data-testid="case-priority"
          >
            <Priority value={item.priority} />
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {PRIORITIES.map(({ value, label }) => (
            <Menu.Item
              key={value}
              disabled={value === item.priority}
              onClick={() => change({ patch: { priority: value } })}
              rightSection={
                priorityName(value) === priorityName(item.priority) ? <Icon name="check" size={14} /> : undefined
              }
            >
              {label()}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
    </Fact>
  );
}

/** A panel that opens under its button and closes with Escape; what it holds is a small form. */
function Edit({
  which,
  label,
  name,
  testId,
  open,
  setOpen,
  children,
  form,
}: {
  which: Editor;
  label: string;
  name: string;
  testId: string;
  open: Editor | null;
  setOpen: (editor: Editor | null) => void;
  children: ReactNode;
  form: ReactNode;
}) {
  return (
    <Fact label={label}>
      <Popover
        opened={open === which}
        onChange={(opened) => {
          if (!opened) setOpen(null);
        }}
        position="bottom-start"
        trapFocus
        returnFocus
        withinPortal
        shadow="md"
        width={300}
      >
        <Popover.Target>
          <Button
            {...button}
            aria-label={name}
            onClick={() => setOpen(open === which ? null : which)}
            data-testid={testId}
          >
            {children}
          </Button>
        </Popover.Target>
        <Popover.Dropdown aria-label={label}>{open === which && form}</Popover.Dropdown>
      </Popover>
    </Fact>
  );
}

export function DueProperty(props: PropertyProps) {
  const { item, may, change, open, setOpen } = props;
  const shown = item.dueAt === null ? '–' : dateTime(item.dueAt);
  if (!may) return item.dueAt === null ? null : <Fact label={t('Due')}>{shown}</Fact>;
  const save = (dueAt: string | null) => {
    setOpen(null);
    if (dueAt !== item.dueAt) change({ patch: { dueAt } });
  };
  return (
    <Edit
      which="due"
      label={t('Due')}
      name={t('Due: {value}. Change', { value: shown })}
      testId="case-due"
      open={open}
      setOpen={setOpen}
      form={<DueForm item={item} save={save} />}
    >
      {shown}
    </Edit>
  );
}

function DueForm({ item, save }: { item: Case; save: (dueAt: string | null) => void }) {
  const [value, setValue] = useState(localInput(item.dueAt));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save(localInstant(value));
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="xs">
        <TextInput
          type="datetime-local"
          label={t('Due')}
          value={value}
          onChange={(event) => setValue(event.currentTarget.value)}
          data-autofocus
          data-testid="due-input"
        />
        <Group justify="space-between">
          <Button size="xs" variant="subtle" disabled={item.dueAt === null} onClick={() => save(null)}>
            {t('No due date')}
          </Button>
          <Button size="xs" type="submit" disabled={value === ''}>
            {t('Save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

export function LabelsProperty({ item, may, change, open, setOpen }: PropertyProps) {
  const shown =
    item.labels.length === 0 ? (
      '–'
    ) : (
      <Group gap={4}>
        {item.labels.map((label) => (
          <Tag key={label} tone="accent">
            {label}
          </Tag>
        ))}
      </Group>
    );
  if (!may) return item.labels.length === 0 ? null : <Fact label={t('Labels')}>{shown}</Fact>;
  const save = (labels: string[]) => {
    setOpen(null);
    const clean = [...new Set(labels.map((label) => label.trim()).filter(Boolean))].sort();
    if (clean.join('\n') !== [...item.labels].sort().join('\n')) change({ patch: { labels: clean } });
  };
  return (
    <Edit
      which="labels"
      label={t('Labels')}
      name={t('Labels: {value}. Change', { value: item.labels.join(', ') || '–' })}
      testId="case-labels"
      open={open}
      setOpen={setOpen}
      form={<LabelsForm labels={item.labels} save={save} />}
    >
      {shown}
    </Edit>
  );
}

function LabelsForm({ labels, save }: { labels: string[]; save: (labels: string[]) => void }) {
  const [value, setValue] = useState(labels);
  const [text, setText] = useState('');
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save(text.trim() === '' ? value : [...value, text]);
      }}
    >
      <Stack gap="xs">
        <TagsInput
          label={t('Labels')}
          description={t('Enter adds one')}
          value={value}
          onChange={setValue}
          searchValue={text}
          onSearchChange={setText}
          maxTags={50}
          clearable
          clearButtonProps={{ 'aria-label': t('Clear') }}
          data-autofocus
          data-testid="labels-input"
        />
        <Group justify="flex-end">
          <Button size="xs" type="submit">
            {t('Save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

export function RequesterProperty({ item, may, change, open, setOpen }: PropertyProps) {
  const shown = item.requester === null ? '–' : (item.requester.name ?? item.requester.email ?? '–');
  if (!may) return item.requester === null ? null : <Fact label={t('Requester')}>{shown}</Fact>;
  const save = (requester: Requester | null) => {
    setOpen(null);
    change({ patch: { requester } });
  };
  return (
    <Edit
      which="requester"
      label={t('Requester')}
      name={t('Requester: {value}. Change', { value: shown })}
      testId="case-requester"
      open={open}
      setOpen={setOpen}
      form={<RequesterForm item={item} save={save} />}
    >
      {shown}
    </Edit>
  );
}

function RequesterForm({ item, save }: { item: Case; save: (requester: Requester | null) => void }) {
  const [name, setName] = useState(item.requester?.name ?? '');
  const [email, setEmail] = useState(item.requester?.email ?? '');
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save(requesterOf({ name, email }) ?? null);
      }}
    >
      <Stack gap="xs">
        <TextInput
          label={t('Name')}
          maxLength={200}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          data-autofocus
          data-testid="requester-name"
        />
        <TextInput
          label={t('Mail address')}
          type="email"
          maxLength={254}
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
          data-testid="requester-email"
        />
        <Group justify="flex-end">
          <Button size="xs" type="submit">
            {t('Save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** The title of the page, and its pencil for those who may change it. */
export function TitleEdit({ item, may, change }: { item: Case; may: boolean; change: Change }) {
  const [text, setText] = useState<string | null>(null);
  if (!may) return null;
  if (text === null)
    return (
      <Button
        variant="subtle"
        size="compact-sm"
        leftSection={<Icon name="edit" size={15} />}
        onClick={() => setText(item.title)}
        data-testid="title-edit"
      >
        {t('Edit title')}
      </Button>
    );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const title = text.trim();
    if (title === '') return;
    if (title !== item.title) change({ patch: { title } });
    setText(null);
  };
  return (
    <form onSubmit={submit} style={{ flex: '1 1 320px' }}>
      <Group gap="xs" wrap="nowrap">
        <TextInput
          aria-label={t('Title')}
          style={{ flex: 1 }}
          maxLength={500}
          required
          autoFocus
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === 'Escape') setText(null);
          }}
          data-testid="title-input"
        />
        <Button size="xs" type="submit">
          {t('Save')}
        </Button>
        <Button size="xs" variant="default" onClick={() => setText(null)}>
          {t('Cancel')}
        </Button>
      </Group>
    </form>
  );
}

const KEYS: Record<string, Editor> = { p: 'priority', d: 'due', l: 'labels' };

/** `p`, `d` and `l` open the property they stand for; they follow the switch for single keys and never fire while someone types. */
export function usePropertyKeys(may: boolean, setOpen: (editor: Editor) => void): void {
  useEffect(() => {
    if (!may) return undefined;
    const onKey = (event: KeyboardEvent) => {
      const editor = KEYS[event.key];
      if (
        editor === undefined ||
        event.defaultPrevented ||
        event.ctrlKey ||
        event.metaKey ||
        event.altKey ||
        localStorage.getItem('casewright.shortcuts') === 'off'
      )
        return;
      if (
        event.target instanceof HTMLElement &&
        (event.target.isContentEditable ||
          event.target.closest('input, textarea, select, [role="dialog"], [role="menu"], .fjs-container') !== null)
      )
        return;
      event.preventDefault();
      setOpen(editor);
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [may, setOpen]);
}
