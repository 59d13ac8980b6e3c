// Every screen with what shows that it has arrived. Shared by the pictures and the smoke test.
const see = (selector) => (page) => page.locator(selector).first().waitFor({ timeout: 8_000 });
const diagram = async (page) => {
  await page.locator('[data-testid="diagram"][data-drawn="true"]').waitFor({ timeout: 10_000 });
};

export const SCREENS = [
  { name: 'home', path: '/', ready: see('[data-testid="home-case"]') },
  { name: 'cases', path: '/cases', ready: see('[data-testid="case-row"]') },
  { name: 'cases-empty', path: '/cases?search=nothing-like-this', ready: see('text=No case matches') },
  { name: 'board', path: '/cases/board', ready: see('[data-testid="board-card"]') },
  { name: 'new-case', path: '/cases/new', ready: see('[data-testid="case-definition"]') },
  { name: 'new-case-form', path: '/cases/new?definition=claim', ready: see('.fjs-form-field input') },
  { name: 'case-overview', path: '/cases/CLM-000002/overview', ready: see('[data-testid="timeline-item"]') },
  { name: 'case-tasks', path: '/cases/CLM-000002/tasks', ready: see('main li') },
  { name: 'case-mail', path: '/cases/CLM-000002/mail', ready: see('[data-testid="mail-message"]') },
  { name: 'case-documents', path: '/cases/CLM-000002/documents', ready: see('[data-testid="document-open"]') },
  { name: 'case-process', path: '/cases/CLM-000002/process', ready: diagram },
  { name: 'case-fields', path: '/cases/CLM-000002/fields', ready: see('main input') },
  { name: 'case-problem', path: '/cases/CLM-000008/overview', ready: see('[data-testid="timeline-item"]') },
  { name: 'case-forbidden', path: '/cases/CLM-000099/overview', ready: see('text=You have no access') },
  { name: 'tasks', path: '/tasks', ready: see('[data-testid="task-row"]') },
  { name: 'task', path: '/tasks/task-0', ready: see('.fjs-form-field input') },
  { name: 'task-process', path: '/tasks/task-0?tab=process', ready: diagram },
  { name: 'task-case', path: '/tasks/task-0?tab=case', ready: see('[data-testid="timeline-item"]') },
  { name: 'task-unclaimed', path: '/tasks/task-1', ready: see('.fjs-form-field input') },
  { name: 'inbox', path: '/inbox?show=all', ready: see('[data-testid="notification"]') },
  { name: 'mails', path: '/mails', ready: see('[data-testid="mail-row"]') },
  { name: 'processes', path: '/processes', ready: see('[data-testid="process-row"]') },
  { name: 'process', path: '/processes/claim-handling:3', ready: diagram },
  { name: 'instance', path: '/instances/pi-7', ready: diagram },
  { name: 'deploy', path: '/deploy', ready: see('[data-testid="deploy-drop"]') },
  { name: 'incidents', path: '/incidents', ready: see('[data-testid="incident-row"]') },
  { name: 'about', path: '/about', ready: see('table') },
  { name: 'not-found', path: '/no/such/page', ready: see('text=no page at this address') },
];
