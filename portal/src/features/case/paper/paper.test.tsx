import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, it, vi } from 'vitest';
import type { Case } from '../../../api/schema';
import { preparePages } from '../../../app/print';
import { serve, show } from '../../../testing/render';
import { mailText } from './mail-text';
import { PrintMenu } from './print-menu';

const ANNA = { id: 'anna', name: 'Anna Meyer' };
const at = '2026-11-20T10:00:00Z';
const item = {
  id: 'c1',
  number: 'CLM-1',
  title: 'Roof',
  definition: 'claim',
  definitionName: 'Claim',
  stageName: 'Intake',
  statusName: 'Open',
  priority: 50,
  queue: null,
  dueAt: null,
  labels: ['urgent'],
  createdAt: at,
  updatedAt: at,
  closedAt: null,
  requester: { name: 'Clara Weiss', email: 'clara@customer.example' },
  assignee: ANNA,
  createdBy: ANNA,
  fields: { policy: 'HB-1' },
} as unknown as Case;
const entry = (id: number, kind: string, data = {}) => ({ id: String(id), at, actor: ANNA, kind, summary: kind, data });
const answers = {
  'GET /api/v1/cases/c1/timeline': ({ search }: { search: URLSearchParams }) => ({
    body:
      search.get('cursor') === null
        ? { items: [entry(3, 'comment-added', { body: 'It rains in.' }), entry(2, 'notified')], nextCursor: 'p2' }
        : { items: [entry(1, 'process-started', { name: 'claim' })], nextCursor: null },
  }),
  'GET /api/v1/cases/c1/mails': {
    body: {
      items: [
        {
          id: 'm1',
          from: { name: 'Clara', address: 'clara@customer.example' },
          to: [{ name: '', address: 'claims@harbor.example' }],
          cc: [],
          subject: 'My roof',
          receivedAt: at,
          text: '',
          html: '<style>p{}</style><p>Please <b>help</b></p><p>Clara</p>',
          attachments: [],
        },
      ],
    },
  },
  'GET /api/v1/cases/c1/documents': {
    body: { items: [{ id: 'd1', name: 'roof.png', size: 12_000, addedAt: at, addedBy: ANNA }] },
  },
};
const printed = () => {
  const papers: string[] = [];
  vi.stubGlobal('print', () => {
    papers.push(screen.getByTestId('paper').textContent ?? '');
    window.dispatchEvent(new Event('afterprint'));
  });
  return papers;
};

it('a dossier is printed when all pages of the timeline, the mails and the documents are there, and then is gone', async () => {
  serve(answers);
  const papers = printed();
  await show(<PrintMenu item={item} definition={undefined} />);
  await userEvent.click(screen.getByTestId('print-menu'));
  await userEvent.click(await screen.findByTestId('print-dossier'));
  await waitFor(() => expect(papers).toHaveLength(1));
  const [text] = papers;
  for (const part of ['CLM-1 Roof', 'HB-1', 'Clara Weiss', 'It rains in.', 'Please help\nClara', 'roof.png', 'claim'])
    expect(text).toContain(part);
  expect(text?.indexOf('Process “claim” started')).toBeLessThan(text?.indexOf('It rains in.') ?? 0);
  await waitFor(() => expect(screen.queryByTestId('paper')).toBeNull());
});

it('the case alone is printed without mails; what cannot be loaded is told and not printed in part', async () => {
  const asked = serve({ ...answers, 'GET /api/v1/cases/c1/mails': { status: 503, body: { code: 'unavailable' } } });
  const papers = printed();
  await show(<PrintMenu item={item} definition={undefined} />);
  await userEvent.click(screen.getByTestId('print-menu'));
  await userEvent.click(await screen.findByTestId('print-case'));
  await waitFor(() => expect(papers).toHaveLength(1));
  expect(asked.some(({ path }) => path.endsWith('/mails'))).toBe(false);
  await userEvent.click(screen.getByTestId('print-menu'));
  await userEvent.click(await screen.findByTestId('print-dossier'));
  expect(await screen.findByText('The case was not printed')).toBeDefined();
  expect(papers).toHaveLength(1);
});

it('a print is dark on white and says what it is; the screen is as it was afterwards', () => {
  const root = document.documentElement;
  root.setAttribute('data-mantine-color-scheme', 'dark');
  document.title = 'CLM-1 Roof';
  document.body.innerHTML = '<p data-print-head></p>';
  const stop = preparePages();
  window.dispatchEvent(new Event('beforeprint'));
  expect(root.getAttribute('data-mantine-color-scheme')).toBe('light');
  expect(within(document.body).getByText(/^CLM-1 Roof, printed /)).toBeDefined();
  window.dispatchEvent(new Event('afterprint'));
  expect(root.getAttribute('data-mantine-color-scheme')).toBe('dark');
  stop();
  document.body.innerHTML = '';
});

it('a mail without plain text is told by the words of its page', () => {
  expect(mailText({ text: ' As it is. ', html: '<p>Other</p>' })).toBe('As it is.');
  expect(mailText({ text: '', html: '<p>One<br>two</p><script>x()</script>' })).toBe('One\ntwo');
});
