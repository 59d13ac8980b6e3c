import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, it, vi } from 'vitest';
import type { Case, TimelineItem } from '../../api/schema';
import { serve, show } from '../../testing/render';
import { Timeline } from './timeline';
import { entryOf, folded, isAutomatic, isOpen, toggledFold, type Line } from './timeline-fold';

const ANNA = { id: 'anna', name: 'Anna Meyer' };
const ENGINE = { id: 'system:engine', name: 'engine' };
const entry = (id: number, kind: string, actor = ENGINE, at = '2026-11-20T10:00:00Z') =>
  ({ id: String(id), at, actor, kind, summary: `${kind} ${id}`, data: {} }) as unknown as TimelineItem;
const item = { id: 'c1', number: 'CLM-1', definition: 'claim' } as unknown as Case;
const shape = (lines: Line[]) =>
  lines.map((line) =>
    line.kind === 'entry' ? line.entry.id : `${line.id}:${line.entries.map((each) => each.id).join('+')}`,
  );

it('what the platform did by itself, side by side and on one day, is one line', () => {
  const run = [
    entry(6, 'sla-started'),
    entry(5, 'task-created', ANNA),
    entry(4, 'stage-changed', ANNA),
    entry(3, 'notified'),
    entry(2, 'stage-changed'),
    entry(1, 'process-started', ANNA, '2026-11-10T10:00:00Z'),
  ];
  expect(shape(folded(run))).toEqual(['5:6+5', '4', '2:3+2', '1']);
});

it('what went wrong and what customers wrote is never folded, whoever wrote it down', () => {
  const kinds = ['step-failed', 'step-repaired', 'compensated', 'sla-at-risk', 'sla-breached', 'sla-missed'];
  const told = ['problem-cleared', 'mail-received', 'mail-sent', 'comment-added', 'document-added', 'case-created'];
  expect([...kinds, ...told, 'linked', 'unlinked'].filter((kind) => isAutomatic(entry(1, kind)))).toEqual([]);
  expect(['task-completed', 'status-changed', 'assigned'].filter((kind) => isAutomatic(entry(1, kind, ANNA)))).toEqual(
    [],
  );
});

it('an open fold stays open while entries join it at either end', () => {
  const opened = toggledFold([entry(3, 'notified'), entry(2, 'notified')], new Set());
  const grown = [entry(4, 'notified'), entry(3, 'notified'), entry(2, 'notified'), entry(1, 'notified')];
  expect(isOpen(grown, opened)).toBe(true);
  expect(isOpen(grown, toggledFold(grown, opened))).toBe(false);
});

it('the fragment of an address names an entry, or none', () => {
  expect(entryOf('event-12')).toBe('12');
  expect(entryOf('main')).toBeNull();
});

const page = (items: TimelineItem[], nextCursor: string | null = null) => ({
  body: { items, nextCursor, total: null },
});
const STEPS = [entry(4, 'comment-added', ANNA), entry(3, 'notified'), entry(2, 'sla-started')];
const path = 'GET /api/v1/cases/c1/timeline';

it('a fold opens by the keyboard, stays open when more happens, and everything is shown for those who want it', async () => {
  let items = STEPS;
  serve({ [path]: () => page(items) });
  const { queries } = await show(<Timeline item={item} />);
  const person = userEvent.setup();
  const fold = await screen.findByRole('button', { name: '2 automatic steps' });
  expect(screen.getAllByTestId('timeline-item').map((each) => each.dataset.kind)).toEqual(['comment-added']);
  expect(fold.getAttribute('aria-expanded')).toBe('false');
  fold.focus();
  await person.keyboard('{Enter}');
  expect(screen.getAllByTestId('timeline-item')).toHaveLength(3);
  items = [entry(6, 'notified'), entry(5, 'notified'), ...STEPS];
  await queries.invalidateQueries({ queryKey: ['case'] });
  await vi.waitFor(() => expect(screen.getAllByTestId('timeline-fold')).toHaveLength(2));
  const [newer, older] = screen
    .getAllByTestId('timeline-fold')
    .map((each) => within(each).getByRole('button').getAttribute('aria-expanded'));
  expect([newer, older]).toEqual(['false', 'true']);
  await person.click(screen.getByTestId('timeline-everything'));
  expect(screen.queryAllByTestId('timeline-fold')).toHaveLength(0);
  expect(screen.getAllByTestId('timeline-item')).toHaveLength(5);
  expect(localStorage.getItem('casewright.timeline.everything')).toBe('true');
});

it('a filter shows what it asks for without folds', async () => {
  const asked = serve({ [path]: () => page(STEPS) });
  await show(<Timeline item={item} />);
  await screen.findByTestId('timeline-fold');
  await userEvent.click(screen.getByRole('radio', { name: 'Work' }));
  await vi.waitFor(() => expect(screen.getAllByTestId('timeline-item')).toHaveLength(3));
  expect(screen.queryByTestId('timeline-fold')).toBeNull();
  expect(asked.some(({ search }) => search.get('kinds')?.includes('process-started') === true)).toBe(true);
});

it('an address that names an entry loads the pages before it, opens its fold and gives it the focus', async () => {
  Element.prototype.scrollIntoView = vi.fn();
  serve({
    [path]: ({ search }) =>
      search.get('cursor') === null
        ? page([entry(9, 'comment-added', ANNA)], 'more')
        : page([entry(3, 'notified'), entry(2, 'sla-started')]),
  });
  const { router } = await show(<Timeline item={item} />);
  await screen.findByTestId('timeline-item');
  await router.navigate({ to: '/', hash: 'event-2' });
  await vi.waitFor(() => expect(document.activeElement?.id).toBe('event-2'));
  const named = document.getElementById('event-2');
  expect(named?.dataset.named).toBe('true');
  expect(
    within(named as HTMLElement)
      .getByTestId('entry-link')
      .getAttribute('href'),
  ).toBe('#event-2');
});
