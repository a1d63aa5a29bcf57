/**
 * Receives webhooks in any number of processes and works on each event once. Without Redis the answer is 500, and
 * Hooklane comes again.
 *
 *   HOOK_SECRET='a shared secret' REDIS_URL=redis://localhost:6379 PORT=3000 node examples/dedupe-redis.ts
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createNodeWebhookHandler, createRedisDedupe } from '@hooklane/signature';
import { createClient } from '@redis/client';

const redis = createClient({
  url: process.env['REDIS_URL'] ?? 'redis://localhost:6379',
  // A request must not wait for a Redis that is away.
  disableOfflineQueue: true,
});
redis.on('error', (error: Error) => console.error(`redis: ${error.message}`));
await redis.connect();

const receive = createNodeWebhookHandler({
  secrets: [process.env['HOOK_SECRET'] ?? ''],
  dedupe: createRedisDedupe({
    send: (command) => redis.sendCommand(command),
    prefix: 'chat-bot:seen:',
    claimMs: 30_000, // longer than the work below ever takes
  }),
  on: {
    'deploy.finished': async ({ event, attempt }) => {
      await sleep(100); // tell the chat
      console.log(`told of ${event.deployment_id} at try ${attempt}`);
    },
  },
});

const server = createServer((request, response) => void receive(request, response));
server.listen(Number(process.env['PORT'] ?? 3000), '127.0.0.1', () => {
  console.log(`listening on http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
process.once('SIGTERM', () => {
  server.close(() => redis.destroy());
});
