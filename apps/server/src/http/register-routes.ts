/** Registers every route of the contract with its handler, its schemas and its guards. */
import { PROBLEM_MEDIA_TYPE, ROUTES, ROUTE_ROLES, problemSchema } from '@hooklane/client';
import type { Route, RouteId } from '@hooklane/client';
import { ERROR_CATALOGUE, HooklaneError, parseTraceparent } from '@hooklane/core';
import type { ErrorCode, Role } from '@hooklane/core';
import type {
  FastifyInstance,
  FastifyReply,
  FastifyRequest,
  HTTPMethods,
  onRequestAsyncHookHandler,
} from 'fastify';
import { z } from 'zod';
import type { HandlerDeps } from '../deps.ts';
import { ROUTE_HANDLERS } from '../route-handlers.ts';
import { beginAudit } from '../audit/record-change.ts';
import { boundPorts } from '../access/bound-ports.ts';
import type { Caller } from '../access/principal.ts';
import { authenticate, decoratePrincipal, guardCookie } from './authenticate.ts';
import { authorize } from './authorize.ts';
import { callerOf } from './caller.ts';
import { sendProblem } from './problem.ts';
import { refuseForeignOrigin } from './refuse-foreign-origin.ts';

/** A handler whose types no longer matter: the schemas have made the request what it needs. */
type AnyHandler = (
  request: {
    params: unknown;
    query: unknown;
    body: unknown;
    rawBody: string;
    traceparent: string | null;
    caller: Caller;
  },
  deps: HandlerDeps,
) => Promise<{ status: number; body: unknown; headers?: Record<string, string> }>;

const DEFAULT_MAX_BODY_BYTES = 64 * 1024;
const METHODS: readonly HTTPMethods[] = ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'];

/** Errors of every route under `/v1`. */
const COMMON_ERRORS: readonly ErrorCode[] = [
  'unauthorized',
  'invalid_field',
  'too_many_requests',
  'internal_error',
  'damaged_record',
  'redis_unavailable',
];

/** Errors of every route that takes a body. */
const BODY_ERRORS: readonly ErrorCode[] = [
  'invalid_request',
  'forbidden_origin',
  'body_too_large',
  'unsupported_media_type',
];

/** Registers the routes, and for each path an answer to the methods that it does not have. */
export function registerRoutes(app: FastifyInstance, deps: HandlerDeps): void {
  decoratePrincipal(app);
  const { tokens, limits } = deps;
  const identify = authenticate({ tokens, limits, sessions: deps.ports.sessions });
  const guardsOf = (id: RouteId, route: Route): onRequestAsyncHookHandler[] => {
    const role: Role | null = ROUTE_ROLES[id];
    if (needsIdentity(route)) {
      return [identify, ...(role === null ? [] : [authorize(role)]), refuseForeignOrigin];
    }
    return isApi(route.path) ? [refuseForeignOrigin, guardCookie] : [];
  };
  const methodsOf = new Map<string, HTTPMethods[]>();
  for (const id of Object.keys(ROUTES) as RouteId[]) {
    const route: Route = ROUTES[id];
    const url = patternOf(route);
    const methods: HTTPMethods[] =
      route.method === 'GET' && route.stream !== true ? ['GET', 'HEAD'] : [route.method];
    methodsOf.set(url, [...(methodsOf.get(url) ?? []), ...methods]);
    app.route({
      method: route.method,
      url,
      bodyLimit: route.maxBodyBytes ?? DEFAULT_MAX_BODY_BYTES,
      schema: schemaOf(id, route),
      // HEAD would open a stream that nobody reads.
      exposeHeadRoute: route.stream !== true,
      onRequest: guardsOf(id, route),
      preValidation: route.body === undefined ? [] : [emptyBodyIsEmptyObject],
      handler: (request, reply) => answer(id, deps, request, reply),
    });
  }
  for (const [url, methods] of methodsOf) {
    refuseOtherMethods(app, { url, methods, guards: isApi(url) ? [identify] : [] });
  }
}

/** `/v1/webhooks/{id}` as Fastify writes it. */
function patternOf(route: Route): string {
  return route.path.replaceAll(/\{(\w+)\}/g, ':$1');
}

function isApi(path: string): boolean {
  return path.startsWith('/v1/');
}

function needsIdentity(route: Route): boolean {
  return isApi(route.path) && route.open !== true;
}

/** A header that cannot be read counts as none, as W3C Trace Context asks. */
function traceparentOf({ headers: { traceparent } }: FastifyRequest): string | null {
  return typeof traceparent === 'string' && parseTraceparent(traceparent) !== null ? traceparent : null;
}

async function answer(
  id: RouteId,
  deps: HandlerDeps,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const handler = ROUTE_HANDLERS[id] as unknown as AnyHandler;
  const { params, query, body, rawBody } = request;
  const caller = callerOf(request);
  const accounts = caller.principal?.accounts ?? null;
  const ports = accounts === null ? deps.ports : boundPorts(deps.ports, accounts);
  const audit = await beginAudit(id, params as Record<string, string>, {
    caller,
    ports,
    logger: request.log,
    now: deps.now(),
  });
  const result = await handler(
    { params, query, body, rawBody, traceparent: traceparentOf(request), caller },
    { ...deps, ports, logger: request.log },
  );
  await audit?.({
    params: params as Record<string, string>,
    body: (body ?? {}) as Record<string, unknown>,
    reply: result,
  });
  reply.code(result.status).headers(result.headers ?? {});
  return result.body === null ? reply.send() : reply.send(result.body);
}

/** So that a missing body is answered with the names of the fields that are missing. */
async function emptyBodyIsEmptyObject(request: FastifyRequest): Promise<void> {
  if (request.body === undefined) request.body = {};
}

/** Answered before the body is read. */
function refuseOtherMethods(
  app: FastifyInstance,
  { url, methods, guards }: { url: string; methods: HTTPMethods[]; guards: onRequestAsyncHookHandler[] },
): void {
  const allow = methods.toSorted().join(', ');
  const detail = `This address takes ${allow}.`;
  app.route({
    method: METHODS.filter((method) => !methods.includes(method)),
    url,
    schema: { hide: true },
    onRequest: [
      ...guards,
      async (_request, reply) =>
        sendProblem(reply.header('allow', allow), new HooklaneError('method_not_allowed', { detail })),
    ],
    handler: () => undefined,
  });
}

function schemaOf(id: RouteId, route: Route): Record<string, unknown> {
  const { summary, description, tag, params, query, body, mediaType } = route;
  const responses = Object.entries(route.responses).map(([status, schema]) => [
    status,
    schema instanceof z.ZodNull
      ? schema
      : { description: summary, content: { [mediaType ?? 'application/json']: { schema } } },
  ]);
  return {
    operationId: id,
    summary,
    tags: [tag],
    ...describeRoute(id, description),
    ...(params === undefined ? {} : { params }),
    ...(query === undefined ? {} : { querystring: query }),
    ...(body === undefined ? {} : { body }),
    security: securityOf(id, route),
    response: { ...problemsOf(route), ...Object.fromEntries(responses) },
  };
}

/** Who may ask: OpenAPI 3.1 lists the roles that a scheme must bring. */
function securityOf(id: RouteId, route: Route): Record<string, string[]>[] {
  if (!needsIdentity(route)) return [];
  const role: Role | null = ROUTE_ROLES[id];
  const roles = role === null ? [] : [role];
  return [{ token: roles }, { session: roles }];
}

function describeRoute(id: RouteId, description?: string): { description?: string } {
  const role: Role | null = ROUTE_ROLES[id];
  const needs = role === null ? undefined : `Needs the role \`${role}\`.`;
  const text = [description, needs].filter((part) => part !== undefined).join(' ');
  return text === '' ? {} : { description: text };
}

/** Status → problem, with the codes that it can have. */
function problemsOf(route: Route): Record<number, unknown> {
  const common = isApi(route.path) ? COMMON_ERRORS : [];
  const byCookie: ErrorCode[] =
    needsIdentity(route) && route.method !== 'GET' ? ['session_write_refused', 'forbidden_origin'] : [];
  const byRole: ErrorCode[] = needsIdentity(route) ? ['missing_role', 'foreign_account'] : [];
  const ofBody = route.body === undefined ? [] : BODY_ERRORS;
  const codes = new Set([...route.errors, ...common, ...byCookie, ...byRole, ...ofBody]);
  const byStatus = Map.groupBy(codes, (code) => ERROR_CATALOGUE[code].status);
  const problems = [...byStatus].map(([status, same]) => [
    status,
    {
      description: same.map((code) => `\`${code}\`: ${ERROR_CATALOGUE[code].title}.`).join(' '),
      content: { [PROBLEM_MEDIA_TYPE]: { schema: problemSchema } },
    },
  ]);
  return Object.fromEntries(problems) as Record<number, unknown>;
}
