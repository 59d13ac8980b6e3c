import { useInfiniteQuery } from '@tanstack/react-query';
import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, it } from 'vitest';
import { casePagesQuery } from '../../../api/queries';
import type { Case } from '../../../api/schema';
import { serve, show } from '../../../testing/render';
import { Priority } from '../../../ui/badges';
import { InlineCell } from './cell';
import { InlineEditing } from './editing';

const item = {
  id: 'a',
  number: 'CLM-1',
  version: 7,
  title: 'Water',
  definition: 'claim',
  priority: 50,
  labels: [],
  assignee: null,
  dueAt: null,
  fields: {},
} as unknown as Case;

function List({ may }: { may: boolean }) {
  const rows = useInfiniteQuery(casePagesQuery({})).data?.pages[0]?.items ?? [];
  return (
    <InlineEditing may={may} peek={() => undefined}>
      {rows.map((row) => (
        <InlineCell key={row.id} item={row} cell="priority">
          <Priority value={row.priority} />
        </InlineCell>
      ))}
    </InlineEditing>
  );
}

const answers = (patched: { status: number; body: unknown }) => ({
  'GET /api/v1/cases': { body: { items: [item], nextCursor: null, total: 1 } },
  'GET /api/v1/case-definitions': { body: { items: [], nextCursor: null, total: 0 } },
  'PATCH /api/v1/cases/a': patched,
});

it('a change that the server refuses is told, and the row is as it was', async () => {
  const asked = serve(answers({ status: 422, body: { code: 'invalid-case', detail: 'Not now.', status: 422 } }));
  await show(<List may />);
  await userEvent.click(await screen.findByRole('button', { name: 'CLM-1, priority: Normal. Change' }));
  await userEvent.click(await screen.findByRole('menuitem', { name: 'High' }));
  await waitFor(() => expect(asked.some(({ method }) => method === 'PATCH')).toBe(true));
  expect(asked.find(({ method }) => method === 'PATCH')?.body).toEqual({ priority: 90 });
  await screen.findByText('Not now.');
  await screen.findByRole('button', { name: 'CLM-1, priority: Normal. Change' });
});

it('who may not change cases is shown values and no buttons', async () => {
  serve(answers({ status: 200, body: item }));
  await show(<List may={false} />);
  await screen.findByText('Normal');
  expect(screen.queryByRole('button', { name: /Change/ })).toBeNull();
});
