/**
 * Receives webhooks with Fastify. The plugin takes the parsers away for its own route only.
 *
 *   HOOK_SECRET='a shared secret' PORT=3000 node examples/receive-fastify.ts
 */
import { createFastifyWebhookPlugin, createMemoryDedupe } from '@hooklane/signature';
import fastify from 'fastify';

const app = fastify();

await app.register(
  createFastifyWebhookPlugin('/hooks', {
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

// The rest of the application is parsed as ever.
app.post('/echo', (request) => request.body);

const address = await app.listen({ port: Number(process.env['PORT'] ?? 3000), host: '127.0.0.1' });
console.log(`listening on ${address}`);
process.once('SIGTERM', () => void app.close());
