/** Components as the portal shows them, for tests: theme, cache, an address, and nobody behind the server's door but the answers a test gives. */
import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import {
  createMemoryHistory,
  createRootRoute,
  createRoute,
  createRouter,
  RouterProvider,
  type AnyRouter,
} from '@tanstack/react-router';
import { cleanup, configure, render } from '@testing-library/react';
import type { ReactElement } from 'react';
import { afterEach, vi } from 'vitest';
import { meQuery } from '../api/queries';
import type { Me } from '../api/schema';
import { draftsOf } from '../lib/drafts';

export const ANNA: Me = {
  id: 'anna',
  name: 'Anna Meyer',
  email: 'anna.meyer@harbor.example',
  tenant: 'default',
  issuer: null,
  roles: ['case-worker'],
  groups: [],
  permissions: ['*'],
};

// What the document of the tests lacks and Mantine and form-js ask for.
Object.defineProperty(document, 'fonts', { value: new EventTarget() });

// A busy machine is no failure.
configure({ asyncUtilTimeout: 10_000 });

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  sessionStorage.clear();
  localStorage.clear();
});

/** Shows `element` on the page `/`, to Anna unless it is somebody else; `router` says where they are afterwards. */
export async function show(element: ReactElement, me: Me = ANNA): Promise<{ router: AnyRouter; queries: QueryClient }> {
  draftsOf('anna', Date.now());
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false, staleTime: 60_000 } } });
  queries.setQueryData(meQuery.queryKey, me);
  const root = createRootRoute();
  const here = createRoute({ getParentRoute: () => root, path: '/', component: () => element });
  const elsewhere = createRoute({ getParentRoute: () => root, path: '$', component: () => null });
  const router = createRouter({
    routeTree: root.addChildren([here, elsewhere]),
    history: createMemoryHistory({ initialEntries: ['/'] }),
  }) as unknown as AnyRouter;
  render(
    <MantineProvider env="test">
      <Notifications />
      <QueryClientProvider client={queries}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>,
  );
  await vi.waitFor(() => {
    if (router.state.status !== 'idle') throw new Error('the page is still being opened');
  });
  return { router, queries };
}

export interface Asked {
  method: string;
  path: string;
  search: URLSearchParams;
  body: unknown;
}
type Answer = { status?: number; body?: unknown };

/** Answers by `METHOD /path` without the query; whatever else is asked is refused with 404. Gives back what was asked. */
export function serve(answers: Record<string, Answer | ((asked: Asked) => Answer)>): Asked[] {
  const all: Asked[] = [];
  vi.stubGlobal('fetch', async (request: Request) => {
    const text = await request.text();
    const { pathname: path, searchParams: search } = new URL(request.url, 'http://portal.test');
    const asked = {
      method: request.method,
      path,
      search,
      body: text === '' ? undefined : (JSON.parse(text) as unknown),
    };
    all.push(asked);
    const found = answers[`${asked.method} ${path}`];
    const { status = 200, body } =
      found === undefined
        ? { status: 404, body: { code: 'not-found' } }
        : typeof found === 'function'
          ? found(asked)
          : found;
    return new Response(body === undefined ? null : JSON.stringify(body), {
      status: body === undefined && status === 200 ? 204 : status,
      headers: { 'content-type': 'application/json' },
    });
  });
  return all;
}
