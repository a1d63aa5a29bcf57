/** The page of the console: the files that its build made, for browsers. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { PAGE_POLICY } from './security-headers.ts';

/** The build writes the digest of a file into its name, so what is in this folder never changes. */
const HASHED = 'assets';

const NOT_BUILT = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Hooklane</title>
<h1>Hooklane</h1>
<p>The console is not built. Build it with <code>npx -y pnpm@12 build</code>, then start the server again.</p>
<p>The API of this server: <a href="/docs">/docs</a>, <a href="/openapi.json">/openapi.json</a>.</p>
</html>
`;

/** Addresses that are never a page of the console. */
const OTHERS = /^\/(v1|docs|openapi\.json|healthz|readyz|metrics|assets)(\/|$)/i;

/** The page of the console as the build left it in a folder; null when it is not built. */
export function readConsolePage(folder: string): string | null {
  try {
    return readFileSync(join(folder, 'index.html'), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** Registers `/` and, when there is a page, the files beside it. */
export function serveConsole(app: FastifyInstance, folder: string, page: string | null): void {
  app.get('/', { schema: { hide: true } }, (_request, reply) => sendPage(reply, page ?? NOT_BUILT));
  if (page === null) return;
  app.register(fastifyStatic, {
    root: folder,
    // A route for each file that is there now: no address leads anywhere else.
    wildcard: false,
    index: false,
    // What the build compressed (`.br`, `.gz` beside a file) goes out so to browsers that take it.
    preCompressed: true,
    cacheControl: false,
    setHeaders(response, path) {
      const isHashed = path.startsWith(join(folder, HASHED, '/'));
      response.header('cache-control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache');
      response.header('content-security-policy', PAGE_POLICY);
    },
  });
}

/** Whether an address that is no file is a page of the console, which its own router knows. */
export function isConsolePage({ url, method, headers }: FastifyRequest): boolean {
  const isReading = method === 'GET' || method === 'HEAD';
  const wantsPage = headers.accept?.includes('text/html') === true;
  return isReading && wantsPage && !OTHERS.test(url.split('?', 1)[0] ?? '');
}

/** Answers with a page, which a browser may keep but must ask for again. */
export function sendPage(reply: FastifyReply, page: string): FastifyReply {
  return reply
    .headers({ 'content-security-policy': PAGE_POLICY, 'cache-control': 'no-cache' })
    .type('text/html; charset=utf-8')
    .send(page);
}
