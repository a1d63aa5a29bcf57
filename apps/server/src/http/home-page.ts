/** What `/` answers as long as there is no console. */
import type { FastifyInstance } from 'fastify';
import { PAGE_POLICY } from './security-headers.ts';

const PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Hooklane</title>
<h1>Hooklane</h1>
<p>The API of this server: <a href="/docs">/docs</a>, <a href="/openapi.json">/openapi.json</a>.</p>
</html>
`;

/** Registers `/`. */
export function serveHomePage(app: FastifyInstance): void {
  app.get('/', { schema: { hide: true } }, (_request, reply) =>
    reply.header('content-security-policy', PAGE_POLICY).type('text/html; charset=utf-8').send(PAGE),
  );
}
