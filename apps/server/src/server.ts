/** The HTTP server: limits, guards, the routes of the contract, their description. It knows no Redis. */
import { randomUUID } from 'node:crypto';
import { LogController, fastify } from 'fastify';
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import { serializerCompiler } from 'fastify-type-provider-zod';
import { fileURLToPath } from 'node:url';
import { RequestLimits } from './access/request-limits.ts';
import { allTokens } from './access/tokens.ts';
import type { ServerDeps } from './deps.ts';
import { answerClientError } from './http/answer-client-error.ts';
import { answerError, handleErrors } from './http/handle-errors.ts';
import { LIMITS } from './http/limits.ts';
import { limitRequests } from './http/limit-requests.ts';
import { observeRequests } from './http/observe.ts';
import { describeApi } from './http/openapi.ts';
import { parseJsonBodies } from './http/parse-json.ts';
import { registerRoutes } from './http/register-routes.ts';
import { readConsolePage, serveConsole } from './http/serve-console.ts';
import { setSecurityHeaders } from './http/security-headers.ts';
import { validatorCompiler } from './http/validate.ts';
import { LiveFeed } from './live/live-feed.ts';

/** Of streams, ms. */
const HEARTBEAT_MS = 15_000;

/** Of the app beside this one; the same from `src` and from `dist`. */
const CONSOLE_DIR = fileURLToPath(new URL('../../console/dist', import.meta.url));

/** Makes the server. It listens to nothing until `listen` is called; close it with `close`. */
export function createServer(deps: ServerDeps): FastifyInstance {
  const requestTimeout = deps.requestTimeoutMs ?? LIMITS.requestTimeout;
  const loggerInstance: FastifyBaseLogger = deps.logger;
  const app: FastifyInstance = fastify({
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    genReqId: () => randomUUID(),
    requestIdHeader: false,
    trustProxy: false,
    requestTimeout,
    connectionTimeout: LIMITS.connectionTimeout,
    keepAliveTimeout: LIMITS.keepAliveTimeout,
    http: {
      maxHeaderSize: LIMITS.maxHeaderBytes,
      headersTimeout: Math.ceil((requestTimeout * 2) / 3),
      connectionsCheckingInterval: LIMITS.connectionsCheckingInterval,
    },
    routerOptions: { maxParamLength: LIMITS.maxParamChars },
    forceCloseConnections: 'idle',
    // What still comes over an open connection is answered, and then the connection closes.
    return503OnClosing: false,
    clientErrorHandler: answerClientError,
    frameworkErrors: (error, request, reply) => {
      setSecurityHeaders(reply);
      answerError(error, request, reply);
    },
  });
  app.server.maxConnections = LIMITS.maxConnections;
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.addHook('onRequest', async (request, reply) => {
    setSecurityHeaders(reply);
    reply.header('x-request-id', request.id);
  });
  observeRequests(app, deps.metrics);
  limitRequests(app);
  const live = new LiveFeed(deps.ports);
  // A stream never ends by itself, and closing waits for every answer.
  app.addHook('preClose', async () => live.close());
  const consoleDir = deps.consoleDir ?? CONSOLE_DIR;
  const page = readConsolePage(consoleDir);
  handleErrors(app, page);
  parseJsonBodies(app);
  describeApi(app, deps.version);
  // After the plugin that describes routes is ready to see them.
  app.register(async (routes) => {
    serveConsole(routes, consoleDir, page);
    registerRoutes(routes, {
      ...deps,
      live,
      heartbeatMs: deps.heartbeatMs ?? HEARTBEAT_MS,
      tokens: allTokens(deps.apiToken, deps.ports.tokens),
      limits: new RequestLimits(deps.requestLimits ?? { perToken: 0, failures: 0 }),
      now: deps.now ?? Date.now,
    });
  });
  return app;
}
