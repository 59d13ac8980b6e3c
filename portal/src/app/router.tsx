/** Every URL of the portal in one table. The case list comes with the shell; everything else is loaded when it is first opened. */
import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  notFound,
  redirect,
} from '@tanstack/react-router';
import { isCaseTab, type CaseTab } from '../features/case/tabs';
import { caseFilters } from '../features/cases/filters';
import { inboxFilters } from '../features/inbox/filters';
import { isProblemTab } from '../features/problems/tabs';
import { instanceSearch } from '../features/instance/search';
import { incidentFilters } from '../features/processes/incident-types';
import { overviewFilters, workloadFilters } from '../features/supervise/filters';
import { searchFilters } from '../features/search/kinds';
import { TASK_TABS, type TaskTab } from '../features/tasks/tabs';
import { taskFilters } from '../features/tasks/filters';
import { PREFIX } from '../lib/place';
import { caseIn, seeCase } from '../lib/recent';
import { announceScreens } from '../ui/page';
import { Crash, NotFound } from './errors';
import { Shell } from './shell';

const root = createRootRouteWithContext<{ queries: QueryClient }>()({
  component: Shell,
  notFoundComponent: NotFound,
  errorComponent: Crash,
});

function knownTab(tab: string): CaseTab {
  if (isCaseTab(tab)) return tab;
  throw notFound();
}

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
const whole = (value: unknown): number | undefined =>
  Number.isInteger(Number(value)) && Number(value) > 0 ? Number(value) : undefined;

const home = createRoute({
  getParentRoute: () => root,
  path: '/',
  component: lazyRouteComponent(() => import('../features/home/home.view'), 'Home'),
});
const cases = createRoute({
  getParentRoute: () => root,
  path: '/cases',
  validateSearch: caseFilters,
  component: lazyRouteComponent(() => import('../features/cases/list.view'), 'CaseList'),
});
const board = createRoute({
  getParentRoute: () => root,
  path: '/cases/board',
  validateSearch: caseFilters,
  component: lazyRouteComponent(() => import('../features/cases/board.view'), 'Board'),
});
const batches = createRoute({
  getParentRoute: () => root,
  path: '/cases/changes',
  component: lazyRouteComponent(() => import('../features/cases/bulk/batches.view'), 'Batches'),
});
const newCase = createRoute({
  getParentRoute: () => root,
  path: '/cases/new',
  validateSearch: (search: Record<string, unknown>): { definition?: string; parent?: string } => ({
    definition: text(search.definition),
    parent: text(search.parent),
  }),
  component: lazyRouteComponent(() => import('../features/cases/create.view'), 'NewCase'),
});
const casePage = createRoute({
  getParentRoute: () => root,
  path: '/cases/$ref',
  beforeLoad: ({ params }) => {
    throw redirect({ to: '/cases/$ref/$tab', params: { ref: params.ref, tab: 'overview' }, replace: true });
  },
});
const caseTab = createRoute({
  getParentRoute: () => root,
  path: '/cases/$ref/$tab',
  params: { parse: ({ ref, tab }) => ({ ref, tab: knownTab(tab) }) },
  validateSearch: (search: Record<string, unknown>): { item?: string } => ({ item: text(search.item) }),
  component: lazyRouteComponent(() => import('../features/case/page.view'), 'CasePage'),
});
const search = createRoute({
  getParentRoute: () => root,
  path: '/search',
  validateSearch: searchFilters,
  component: lazyRouteComponent(() => import('../features/search/page.view'), 'SearchPage'),
});
const tasks = createRoute({
  getParentRoute: () => root,
  path: '/tasks',
  validateSearch: taskFilters,
  component: lazyRouteComponent(() => import('../features/tasks/list.view'), 'TaskList'),
});
const task = createRoute({
  getParentRoute: () => root,
  path: '/tasks/$id',
  validateSearch: (search: Record<string, unknown>): { tab?: TaskTab } => ({
    tab: TASK_TABS.find((tab) => tab === search.tab),
  }),
  component: lazyRouteComponent(() => import('../features/tasks/page.view'), 'TaskPage'),
});
const inbox = createRoute({
  getParentRoute: () => root,
  path: '/inbox',
  validateSearch: inboxFilters,
  component: lazyRouteComponent(() => import('../features/inbox/inbox.view'), 'Inbox'),
});
const preferences = createRoute({
  getParentRoute: () => root,
  path: '/inbox/preferences',
  component: lazyRouteComponent(() => import('../features/inbox/preferences.view'), 'NotificationPreferences'),
});
const mails = createRoute({
  getParentRoute: () => root,
  path: '/mails',
  validateSearch: (search: Record<string, unknown>): { state?: string } => ({ state: text(search.state) }),
  component: lazyRouteComponent(() => import('../features/mails/queue.view'), 'MailQueue'),
});
const mailTemplates = createRoute({
  getParentRoute: () => root,
  path: '/mail-templates',
  component: lazyRouteComponent(() => import('../features/mails/templates.view'), 'MailTemplates'),
});
const mailTemplate = createRoute({
  getParentRoute: () => root,
  path: '/mail-templates/$id',
  component: lazyRouteComponent(() => import('../features/mails/template.view'), 'MailTemplatePage'),
});
const processes = createRoute({
  getParentRoute: () => root,
  path: '/processes',
  component: lazyRouteComponent(() => import('../features/processes/list.view'), 'ProcessList'),
});
const process = createRoute({
  getParentRoute: () => root,
  path: '/processes/$id',
  validateSearch: (search: Record<string, unknown>): { state?: string } => ({ state: text(search.state) }),
  component: lazyRouteComponent(() => import('../features/processes/definition.view'), 'ProcessPage'),
});
const instance = createRoute({
  getParentRoute: () => root,
  path: '/instances/$id',
  validateSearch: instanceSearch,
  component: lazyRouteComponent(() => import('../features/instance/page.view'), 'InstancePage'),
});
const deploy = createRoute({
  getParentRoute: () => root,
  path: '/deploy',
  component: lazyRouteComponent(() => import('../features/processes/deploy.view'), 'Deploy'),
});
const incidents = createRoute({
  getParentRoute: () => root,
  path: '/incidents',
  validateSearch: incidentFilters,
  component: lazyRouteComponent(() => import('../features/processes/incidents.view'), 'Incidents'),
});
const records = createRoute({
  getParentRoute: () => root,
  path: '/records',
  validateSearch: (search: Record<string, unknown>): { type?: string; search?: string; sort?: string } => ({
    type: text(search.type),
    search: text(search.search),
    sort: text(search.sort),
  }),
  component: lazyRouteComponent(() => import('../features/records/list.view'), 'RecordList'),
});
const record = createRoute({
  getParentRoute: () => root,
  path: '/records/$id',
  component: lazyRouteComponent(() => import('../features/records/page.view'), 'RecordPage'),
});
const supervise = createRoute({
  getParentRoute: () => root,
  path: '/supervise',
  validateSearch: overviewFilters,
  component: lazyRouteComponent(() => import('../features/supervise/dashboard.view'), 'Dashboard'),
});
const workload = createRoute({
  getParentRoute: () => root,
  path: '/supervise/workload',
  validateSearch: workloadFilters,
  component: lazyRouteComponent(() => import('../features/supervise/workload.view'), 'Workload'),
});
const definitions = createRoute({
  getParentRoute: () => root,
  path: '/definitions',
  component: lazyRouteComponent(() => import('../features/definitions/list.view'), 'DefinitionList'),
});
const definition = createRoute({
  getParentRoute: () => root,
  path: '/definitions/$key',
  validateSearch: (search: Record<string, unknown>): { version?: number; from?: number; to?: number } => ({
    version: whole(search.version),
    from: whole(search.from),
    to: whole(search.to),
  }),
  component: lazyRouteComponent(() => import('../features/definitions/page.view'), 'DefinitionPage'),
});
const rules = createRoute({
  getParentRoute: () => root,
  path: '/definitions/$key/rules',
  validateSearch: (search: Record<string, unknown>): { rule?: string; view?: 'log' | 'try' } => ({
    rule: text(search.rule),
    view: search.view === 'log' || search.view === 'try' ? search.view : undefined,
  }),
  component: lazyRouteComponent(() => import('../features/rules/page.view'), 'RulesPage'),
});
const routing = createRoute({
  getParentRoute: () => root,
  path: '/routing',
  component: lazyRouteComponent(() => import('../features/routing/page.view'), 'RoutingPage'),
});
const users = createRoute({
  getParentRoute: () => root,
  path: '/users',
  validateSearch: (search: Record<string, unknown>): { search?: string } => ({ search: text(search.search) }),
  component: lazyRouteComponent(() => import('../features/users/list.view'), 'UserList'),
});
const problemsHome = createRoute({
  getParentRoute: () => root,
  path: '/problems',
  beforeLoad: () => {
    throw redirect({ to: '/problems/$tab', params: { tab: 'mailboxes' }, replace: true });
  },
});
const problems = createRoute({
  getParentRoute: () => root,
  path: '/problems/$tab',
  validateSearch: (search: Record<string, unknown>): { consumer?: string } => ({ consumer: text(search.consumer) }),
  beforeLoad: ({ params }) => {
    if (!isProblemTab(params.tab)) throw notFound();
  },
  component: lazyRouteComponent(() => import('../features/problems/page.view'), 'Problems'),
});
const access = createRoute({
  getParentRoute: () => root,
  path: '/access',
  validateSearch: (search: Record<string, unknown>): { user?: string; action?: string; id?: string } => ({
    user: text(search.user),
    action: text(search.action),
    id: text(search.id),
  }),
  component: lazyRouteComponent(() => import('../features/access/page.view'), 'AccessPage'),
});
const queues = createRoute({
  getParentRoute: () => root,
  path: '/queues',
  component: lazyRouteComponent(() => import('../features/queues/list.view'), 'QueueList'),
});
const slaBoard = createRoute({
  getParentRoute: () => root,
  path: '/supervise/sla',
  validateSearch: (search: Record<string, unknown>): { sla?: string } => ({ sla: text(search.sla) }),
  component: lazyRouteComponent(() => import('../features/sla/board.view'), 'SlaBoard'),
});
const calendars = createRoute({
  getParentRoute: () => root,
  path: '/calendars',
  component: lazyRouteComponent(() => import('../features/calendars/list.view'), 'CalendarList'),
});
const privacy = createRoute({
  getParentRoute: () => root,
  path: '/privacy',
  component: lazyRouteComponent(() => import('../features/privacy/page.view'), 'Privacy'),
});
const account = createRoute({
  getParentRoute: () => root,
  path: '/account',
  component: lazyRouteComponent(() => import('../features/account/page.view'), 'AccountPage'),
});
const about = createRoute({
  getParentRoute: () => root,
  path: '/about',
  component: lazyRouteComponent(() => import('../features/home/about.view'), 'About'),
});

const routes = root.addChildren([
  home,
  cases,
  board,
  batches,
  newCase,
  casePage,
  caseTab,
  search,
  tasks,
  task,
  inbox,
  preferences,
  mails,
  mailTemplates,
  mailTemplate,
  processes,
  process,
  instance,
  deploy,
  incidents,
  records,
  record,
  supervise,
  workload,
  definitions,
  definition,
  rules,
  routing,
  problemsHome,
  problems,
  users,
  access,
  queues,
  slaBoard,
  calendars,
  privacy,
  account,
  about,
]);

export function createPortalRouter(queries: QueryClient) {
  const router = createRouter({
    routeTree: routes,
    basepath: PREFIX === '' ? '/' : PREFIX,
    context: { queries },
    defaultPreload: 'intent',
    defaultPreloadDelay: 60,
    scrollRestoration: true,
    defaultNotFoundComponent: NotFound,
    defaultErrorComponent: Crash,
  });
  router.subscribe('onBeforeNavigate', ({ fromLocation, pathChanged }) => {
    if (fromLocation !== undefined && pathChanged) announceScreens();
  });
  router.subscribe('onResolved', ({ toLocation }) => {
    const seen = caseIn(toLocation.pathname);
    if (seen !== null) seeCase(seen, Date.now());
  });
  return router;
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createPortalRouter>;
  }
}
