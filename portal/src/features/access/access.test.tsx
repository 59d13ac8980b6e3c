import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, it, vi } from 'vitest';
import type { AccessExplanation, AccessReason } from '../../api/schema';
import { LOCALES, switchLocale, type Locale } from '../../i18n';
import { serve, show } from '../../testing/render';
import policies from '../../../../platform/access/src/explain/actions.rs?raw';
import { ActionField } from './action-field';
import { Answer } from './answer';
import { actionName, kindName } from './names';
import { KINDS } from './names-table';
import { told } from './reasons';

afterEach(() => switchLocale('en'));

/** Every action that the server can be asked about, as it lists them itself. */
const asked = [...policies.matchAll(/of\("([^"]+)", &\[([^\]]*)\]\)/g)].map(([, kind = '', actions = '']) => ({
  kind,
  actions: [...actions.matchAll(/"([^"]+)"/g)].map(([, action = '']) => action),
}));
const keys = asked.flatMap(({ kind, actions }) => actions.map((action) => `${kind}:${action}`));
const reason = (code: string, more: Partial<AccessReason> = {}): AccessReason => ({
  code,
  role: null,
  kind: null,
  action: null,
  groups: null,
  ...more,
});
const LANGUAGES: Locale[] = [...LOCALES.map(({ id }) => id), 'en-XA'];

it.each(LANGUAGES)(
  'in %s every kind and every action that there is has a name, and no two have the same',
  async (language) => {
    expect(keys.length).toBeGreaterThan(150);
    const names = new Map<string, string>();
    for (const inLanguage of ['en', language] as const) {
      await switchLocale(inLanguage);
      for (const key of keys) {
        const name = actionName(key);
        if (inLanguage === language && language !== 'en') expect(name, key).not.toBe(names.get(key));
        expect(name, key).not.toMatch(/[a-z]:[a-z]|^[“„]/);
        names.set(key, name);
      }
    }
    expect(new Set(names.values()).size).toBe(keys.length);
    for (const { kind } of asked) expect(Object.hasOwn(KINDS, kind) ? kindName(kind) : '', kind).not.toBe('');
  },
);
it('a reason is a sentence with names; what policies call it stands apart', async () => {
  const granted = reason('granted', { role: 'case-worker', kind: 'case', action: '*' });
  expect(told(granted, (id) => id)).toEqual({
    text: 'The role “Case worker” grants everything with “Cases”.',
    key: 'case-worker · case:*',
  });
  expect(told(reason('only-in-office-hours'), (id) => id)).toEqual({
    text: 'Only in office hours',
    key: 'only-in-office-hours',
  });
  expect(told(reason('restricted', { groups: ['board'] }), () => 'The board').text).toContain(
    'restricted to The board;',
  );
  await switchLocale('de');
  expect(told({ ...granted, action: 'delete' }, (id) => id).text).toBe(
    'Die Rolle „Sachbearbeitung“ gewährt „Fälle löschen“.',
  );
});
it('the answer says the name first, and the key after it', async () => {
  serve({ 'GET /api/v1/groups': { body: { items: [{ id: 'claims', name: 'Claims desk' }] } } });
  const explained = {
    allowed: false,
    decidedBy: 'policy',
    about: 'kind',
    subject: { id: 'ben', name: 'Ben Okafor', roles: ['case-worker'], groups: ['claims'] },
    refusal: { status: 403, code: 'forbidden', detail: '' },
    steps: [
      { kind: 'case', action: 'read', allowed: true, reasons: [] },
      { kind: 'case', action: 'delete', allowed: false, reasons: [] },
    ],
    hasReasons: true,
    reasons: [{ code: 'not-granted' }],
    rolesThatWould: ['supervisor'],
  } as unknown as AccessExplanation;
  await show(<Answer told={explained} action="case:delete" thing={undefined} />);
  expect(await screen.findByText('No: Ben Okafor may not do this: “Delete cases”.')).toBeTruthy();
  await screen.findByText(/Claims desk/);
  const step = screen.getAllByTestId('access-step')[1];
  expect(step?.textContent).toMatch(/^Delete cases case:delete/);
  expect(step?.querySelector('code')?.textContent).toBe('case:delete');
  expect(screen.getByTestId('access-roles').textContent).toBe(
    'With one of these roles they could: Supervisor. supervisor',
  );
});
it('an action is found by its name and by its key', async () => {
  const choose = vi.fn<(action: string | undefined) => void>();
  await show(<ActionField kinds={[{ kind: 'case', actions: ['delete', 'read'] }]} value={undefined} choose={choose} />);
  const user = userEvent.setup();
  const field = await screen.findByTestId('access-action');
  await user.type(field, 'case:delete');
  expect(screen.getAllByRole('option', { hidden: true }).map((each) => each.textContent)).toEqual([
    'Delete casescase:delete',
  ]);
  await user.clear(field);
  await user.type(field, 'see');
  await user.click(await screen.findByRole('option', { name: /See cases/, hidden: true }));
  expect(choose).toHaveBeenCalledExactlyOnceWith('case:read');
});
