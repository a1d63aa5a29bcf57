/**
 * Receives webhooks with Hono. Whatever speaks the web's own Request and Response does the same: Next.js, Deno, Bun.
 *
 *   HOOK_SECRET='a shared secret' PORT=3000 node examples/receive-hono.ts
 */
import { createMemoryDedupe, createWebhookHandler } from '@hooklane/signature';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';

const receive = createWebhookHandler({
  // During a rotation: both.
  secrets: [process.env['HOOK_SECRET'] ?? '', process.env['OLD_HOOK_SECRET'] ?? ''].filter(Boolean),
  dedupe: createMemoryDedupe(),
  on: {
    'build.finished': ({ event }) => {
      console.log(`build ${event.build_num} of ${event.app_name}: ${event.status}`);
    },
    'deploy.finished': ({ event }) => {
      console.log(`deploy of ${event.app_name} to ${event.env_name}: ${event.deployment_state}`);
    },
  },
});

const app = new Hono();
app.post('/hooks', (context) => receive(context.req.raw));
app.post('/echo', async (context) => context.json(await context.req.json()));

const port = Number(process.env['PORT'] ?? 3000);
const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port }, (address) => {
  console.log(`listening on http://127.0.0.1:${address.port}`);
});
process.once('SIGTERM', () => server.close());
