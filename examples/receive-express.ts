/**
 * Receives webhooks with Express. The handler reads the raw body, so it stands before express.json().
 *
 *   HOOK_SECRET='a shared secret' PORT=3000 node examples/receive-express.ts
 */
import type { AddressInfo } from 'node:net';
import { createMemoryDedupe, createNodeWebhookHandler } from '@hooklane/signature';
import express from 'express';

const app = express();

app.post(
  '/hooks',
  createNodeWebhookHandler({
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
  }),
);

// The rest of the application may parse as it likes.
app.use(express.json());
app.post('/echo', (request, response) => {
  response.json(request.body);
});

const server = app.listen(Number(process.env['PORT'] ?? 3000), '127.0.0.1', () => {
  console.log(`listening on http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
process.once('SIGTERM', () => server.close());
