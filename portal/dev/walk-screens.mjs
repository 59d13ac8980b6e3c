// The screens of the demo that a walk looks at, with what shows that each has arrived; some are opened up.
const see = (selector) => (page) => page.locator(selector).first().waitFor({ timeout: 6_000 });
const click = (testId) => (page) => page.getByTestId(testId).first().click({ timeout: 6_000 });
const button = (name) => (page) => page.getByRole('button', { name }).first().click({ timeout: 6_000 });
const dialog = see('[role="dialog"] input, [role="dialog"] textarea, [role="dialog"] button, [role="menu"]');
const after =
  (...steps) =>
  async (page) => {
    for (const step of steps) await step(page);
  };
const diagram = see('[data-testid="diagram"][data-drawn="true"]');

export async function screens(api, user) {
  const cases = (await api('GET', '/cases?limit=50')).items;
  const titled = (part) => cases.find((each) => each.title.includes(part))?.number;
  const tasks = (await api('GET', '/tasks?limit=20')).items;
  const free = tasks.find((each) => each.assignee === null) ?? tasks[0];
  const kitchen = titled('kitchen');
  const record = (await api('GET', '/records?limit=1')).items[0];
  const worker = [
    ['home', '/', see('main h2')],
    ['cases', '/cases', see('[data-testid="case-row"]')],
    ['cases-empty', '/cases?search=nothing-like-this', see('text=No case matches')],
    ['board', '/cases/board', see('[data-testid="board-card"]')],
    ['new-case', '/cases/new', see('[data-testid="case-definition"], .fjs-form-field input')],
    ['new-case-form', '/cases/new?definition=claim', see('.fjs-form-field input')],
    ['case', `/cases/${kitchen}/overview`, see('[data-testid="timeline-item"]')],
    ['case-tasks', `/cases/${kitchen}/tasks`, see('main li')],
    ['case-mail', `/cases/${kitchen}/mail`, see('[data-testid="mail-message"]')],
    ['case-mail-html', `/cases/${titled('Storm')}/mail`, see('[data-testid="mail-message"] iframe')],
    ['case-documents', `/cases/${titled('bicycle')}/documents`, see('[data-testid="document-open"]')],
    ['case-process', `/cases/${kitchen}/process`, diagram],
    ['case-fields', `/cases/${kitchen}/fields`, see('main input')],
    ['case-problem', `/cases/${titled('lawyer')}/overview`, see('[data-testid="timeline-item"]')],
    ['case-mail-reply', `/cases/${kitchen}/mail`, after(see('[data-testid="mail-message"]'), button(/^Reply/))],
    ['case-close', `/cases/${kitchen}/overview`, after(click('choose-check'), dialog)],
    ['case-parties', `/cases/${kitchen}/overview`, after(click('add-party'), dialog)],
    ['case-link', `/cases/${kitchen}/overview`, after(click('link-case'), dialog)],
    ['cases-peek', `/cases?peek=${kitchen}`, see('[data-testid="peek"] dl')],
    [
      'cases-many',
      '/cases',
      after(see('[data-testid="case-row"]'), click('choose-loaded'), click('bulk-priority'), dialog),
    ],
    ['cases-columns', '/cases', after(see('[data-testid="case-row"]'), click('columns'))],
    ['cases-views', '/cases', after(see('[data-testid="case-row"]'), click('views'), dialog)],
    ['changes', '/cases/changes', see('main h1')],
    ['search', '/search?q=window', see('main h1')],
    ['records', '/records', see('main h1')],
    ['record', `/records/${record?.id}`, see('main h1')],
    ['account', '/account', see('main h1')],
    ['account-menu', '/about', after(see('table'), button('Account'), dialog)],
    ['keys', '/about', after(see('table'), (page) => page.keyboard.press('?'), dialog)],
    ['palette', '/about', after(see('table'), (page) => page.keyboard.press('Control+k'))],
    ['case-missing', '/cases/CLM-999999/overview', see('main h1')],
    ['tasks', '/tasks', see('main h1')],
    ['tasks-available', '/tasks?show=available', see('main h1')],
    ['task', `/tasks/${free.id}`, see('.fjs-form-field input')],
    ['task-process', `/tasks/${free.id}?tab=process`, diagram],
    ['task-case', `/tasks/${free.id}?tab=case`, see('[data-testid="timeline-item"]')],
    ['inbox', '/inbox?show=all', see('main h1')],
    ['preferences', '/inbox/preferences', see('[data-testid="preferences"]')],
    ['not-found', '/no/such/page', see('text=no page at this address')],
    ['about', '/about', see('table')],
    ['processes-forbidden', '/processes', see('main h1')],
    ['mails-worker', '/mails', see('main h1')],
  ];
  // Who may not read a case has no screen of it.
  const seen = worker.filter(([, path]) => !path.includes('undefined'));
  if (user === 'anna' || user === 'ben') return seen;
  const definitions = (await api('GET', '/process-definitions?latest=true')).items;
  const claim = definitions.find((each) => each.key === 'claim-handling');
  const instance = cases.find((each) => each.number === kitchen).processInstances[0];
  const template = (await api('GET', '/mail-templates')).items?.[0];
  // Who may change no case finds nothing to open there.
  const changing = /^(case-(mail-reply|close|parties|link)|cases-many|new-case.*)$/;
  const read = user === 'dana' ? seen.filter(([name]) => !changing.test(name)) : seen;
  const operator = [
    ['processes', '/processes', see('[data-testid="process-row"]')],
    ['process', `/processes/${encodeURIComponent(claim.id)}`, diagram],
    ['instance', `/instances/${instance.id}`, diagram],
    ['deploy', '/deploy', see('[data-testid="deploy-drop"]')],
    ['incidents', '/incidents', see('main h1')],
    ['mails', '/mails', see('main h1')],
    ['mail-template', `/mail-templates/${template?.id ?? 'new'}`, see('main h1')],
    ['problems-mailboxes', '/problems/mailboxes', see('main h1')],
    ['problems-letters', '/problems/dead-letters', see('main h1')],
    ['definition', '/definitions/claim', see('main h1')],
    ['rules', '/definitions/claim/rules', see('main h1')],
    ['rules-log', '/definitions/claim/rules?view=log', see('main h1')],
    ['rules-try', '/definitions/claim/rules?view=try', see('main h1')],
    ['access-answer', `/access?user=ben&action=case:delete`, see('main h1')],
    ['queue-dialog', '/queues', after(see('[data-testid="queue"]'), button(/^New queue/), dialog)],
    ['calendar-dialog', '/calendars', after(see('[data-testid="calendar"]'), button(/^New calendar/), dialog)],
    ...(user === 'dana' ? [] : [['user-dialog', '/users', after(button(/^Access of/), dialog)]]),
    ['rule-dialog', '/routing', after(see('main h1'), click('new-rule'), dialog)],
    ['workload-person', '/supervise/workload?person=none', see('main h1')],
  ];
  return [...read.filter(([name]) => !/^(processes-forbidden|mails-worker)$/.test(name)), ...operator];
}
