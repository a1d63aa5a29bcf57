/**
 * Receives the operational events of an account: its webhooks that fail, were disabled, or work again.
 *
 *   HOOK_SECRET='a shared secret' PORT=3000 node examples/receive-notices.ts
 *   hooklane notifications set --account jdoe --url https://this.example.com/notices --secret-file secret.txt
 *   hooklane notifications test --account jdoe
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createMemoryDedupe, createNodeWebhookHandler } from '@hooklane/signature';

const receive = createNodeWebhookHandler({
  secrets: [process.env['HOOK_SECRET'] ?? '', process.env['OLD_HOOK_SECRET'] ?? ''].filter(Boolean),
  dedupe: createMemoryDedupe(),
  on: {
    'webhook.failing': ({ event }) => console.log(`warning: ${event.data.message}`),
    'webhook.disabled': ({ event: { data } }) => {
      // Here somebody would be called.
      console.log(`ALARM ${data.account}: ${data.message} (${data.webhook_id}, ${data.reason})`);
    },
    'webhook.recovered': ({ event }) => console.log(`over: ${event.data.message}`),
    'notifications.test': ({ event }) => console.log(`test: ${event.data.message}`),
  },
});

const server = createServer((request, response) => {
  if (request.url === '/notices') void receive(request, response);
  else response.writeHead(404).end();
});

server.listen(Number(process.env['PORT'] ?? 3000), '127.0.0.1', () => {
  console.log(`listening on http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
process.once('SIGTERM', () => server.close());
