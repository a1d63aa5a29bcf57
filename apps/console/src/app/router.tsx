/** Every address of the console. Pages are fetched when they are first opened. */
import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from '@tanstack/react-router';
import { z } from 'zod';
import { sessionQuery } from '../api/session.ts';
import { auditSearch } from '../pages/audit/audit-search.ts';
import { deadLettersSearch } from '../pages/dead-letters/dead-letters-search.ts';
import { readDeliveriesSearch } from '../pages/deliveries/refused-search.ts';
import { noticesSearch } from '../pages/notices/notices-search.ts';
import { overviewSearch } from '../pages/overview/overview-search.ts';
import { scopesSearch } from '../pages/scopes/scopes-search.ts';
import { PageLoading } from '../ui/page-loading.tsx';
import { NotFoundPage } from './not-found-page.tsx';
import { RouteErrorPage } from './route-error-page.tsx';
import { parseSearch, stringifySearch } from './search-text.ts';
import { Shell } from './shell.tsx';

const root = createRootRouteWithContext<{ queryClient: QueryClient }>()({
  notFoundComponent: NotFoundPage,
});

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: z.object({ to: z.string().optional().catch(undefined) }),
  component: lazyRouteComponent(() => import('../pages/sign-in/sign-in-page.tsx'), 'SignInPage'),
});

/** What only somebody signed in sees; others are led to the sign-in page and back. */
const signedIn = createRoute({
  getParentRoute: () => root,
  id: 'signed-in',
  beforeLoad: async ({ context, location }) => {
    const session = await context.queryClient.query({ ...sessionQuery, staleTime: 'static' });
    // oxlint-disable-next-line typescript/only-throw-error -- this is how the router is told
    if (session === null) throw redirect({ to: '/sign-in', search: { to: location.href } });
  },
  component: Shell,
});

const overview = createRoute({
  getParentRoute: () => signedIn,
  path: '/',
  validateSearch: overviewSearch,
  component: lazyRouteComponent(() => import('../pages/overview/overview-page.tsx'), 'OverviewPage'),
});

const deadLetters = createRoute({
  getParentRoute: () => signedIn,
  path: '/dead-letters',
  validateSearch: deadLettersSearch,
  component: lazyRouteComponent(
    () => import('../pages/dead-letters/dead-letters-page.tsx'),
    'DeadLettersPage',
  ),
});

const deliveries = createRoute({
  getParentRoute: () => signedIn,
  path: '/deliveries',
  validateSearch: readDeliveriesSearch,
  component: lazyRouteComponent(() => import('../pages/deliveries/deliveries-page.tsx'), 'DeliveriesPage'),
});

const delivery = createRoute({
  getParentRoute: () => signedIn,
  path: '/deliveries/$id',
  component: lazyRouteComponent(() => import('../pages/delivery/delivery-page.tsx'), 'DeliveryPage'),
});

const event = createRoute({
  getParentRoute: () => signedIn,
  path: '/events/$id',
  component: lazyRouteComponent(() => import('../pages/event/event-page.tsx'), 'EventPage'),
});

const scopes = createRoute({
  getParentRoute: () => signedIn,
  path: '/scopes',
  validateSearch: scopesSearch,
  component: lazyRouteComponent(() => import('../pages/scopes/scopes-page.tsx'), 'ScopesPage'),
});

const application = createRoute({
  getParentRoute: () => signedIn,
  path: '/accounts/$account/applications/$name',
  component: lazyRouteComponent(() => import('../pages/scope/scope-page.tsx'), 'ApplicationPage'),
});

const environment = createRoute({
  getParentRoute: () => signedIn,
  path: '/accounts/$account/environments/$name',
  component: lazyRouteComponent(() => import('../pages/scope/scope-page.tsx'), 'EnvironmentPage'),
});

const webhook = createRoute({
  getParentRoute: () => signedIn,
  path: '/webhooks/$id',
  component: lazyRouteComponent(() => import('../pages/webhook/webhook-page.tsx'), 'WebhookPage'),
});

const notices = createRoute({
  getParentRoute: () => signedIn,
  path: '/notices',
  validateSearch: noticesSearch,
  component: lazyRouteComponent(() => import('../pages/notices/notices-page.tsx'), 'NoticesPage'),
});

const tokens = createRoute({
  getParentRoute: () => signedIn,
  path: '/tokens',
  component: lazyRouteComponent(() => import('../pages/tokens/tokens-page.tsx'), 'TokensPage'),
});

const audit = createRoute({
  getParentRoute: () => signedIn,
  path: '/audit',
  validateSearch: auditSearch,
  component: lazyRouteComponent(() => import('../pages/audit/audit-page.tsx'), 'AuditPage'),
});

const routeTree = root.addChildren([
  signIn,
  signedIn.addChildren([
    overview,
    deliveries,
    deadLetters,
    delivery,
    event,
    scopes,
    application,
    environment,
    webhook,
    notices,
    tokens,
    audit,
  ]),
]);

/** The router of the console. */
export function createConsoleRouter(queryClient: QueryClient) {
  return createRouter({
    routeTree,
    context: { queryClient },
    parseSearch,
    stringifySearch,
    defaultPreload: 'intent',
    scrollRestoration: true,
    defaultPendingComponent: PageLoading,
    defaultErrorComponent: RouteErrorPage,
    defaultNotFoundComponent: NotFoundPage,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createConsoleRouter>;
  }
}
