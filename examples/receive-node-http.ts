/**
 * Receives webhooks with node:http alone.
 *
 *   HOOK_SECRET='a shared secret' PORT=3000 node examples/receive-node-http.ts
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createMemoryDedupe, createNodeWebhookHandler } from '@hooklane/signature';

const receive = createNodeWebhookHandler({
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

const server = createServer((request, response) => {
  if (request.url === '/hooks') void receive(request, response);
  else response.writeHead(404).end();
});

server.listen(Number(process.env['PORT'] ?? 3000), '127.0.0.1', () => {
  console.log(`listening on http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
process.once('SIGTERM', () => server.close());
