import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import type { ApiDelivery } from '@hooklane/client';
import { eventually } from '@hooklane/testkit';
import { startCli } from './testing/run-cli.ts';

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

function delivery(id: string): ApiDelivery {
  return {
    id: `${id}.wh_1`,
    eventId: id,
    webhookId: 'wh_1',
    webhookName: 'chat',
    account: 'jdoe',
    scope: { kind: 'application', name: 'shop' },
    event: 'build.started',
    status: 'pending',
    reason: null,
    createdAt: '2026-11-23T22:00:00.000Z',
    nextAttemptAt: null,
    attemptCount: 0,
    lastAttemptAt: null,
    lastOutcome: null,
    lastStatusCode: null,
    attempts: [],
  };
}

test('a tail looks at the list while the server has no stream free, and shows nothing twice', async () => {
  const [streams, listed] = [{ asked: 0 }, [delivery('evt_1')]];
  const server = createServer((request, response) => {
    if (request.url?.startsWith('/v1/deliveries/stream') !== true) {
      response.setHeader('content-type', 'application/json');
      return response.end(JSON.stringify({ items: listed, next: null }));
    }
    streams.asked += 1;
    if (streams.asked <= 2) {
      response.writeHead(503, { 'content-type': 'application/problem+json', 'retry-after': '2' });
      return response.end(JSON.stringify({ status: 503, code: 'too_many_streams', detail: 'Full.' }));
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write('event: position\nid: 1-0\ndata: {}\n\n');
    for (const id of ['evt_2', 'evt_3'])
      response.write(`event: delivery\ndata: ${JSON.stringify(delivery(id))}\n\n`);
    return response;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    server.close();
    server.closeAllConnections();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const env = { HOOKLANE_URL: url, HOOKLANE_API_TOKEN: 'a-token-of-mine' };
  const tail = startCli(['deliveries', 'tail', '--every', '200ms'], { env });
  await eventually(() => expect(tail.text()).toContain('evt_1.wh_1'), { timeoutMs: 20_000 });
  listed.unshift(delivery('evt_2'));
  await eventually(() => expect(tail.text()).toContain('evt_3.wh_1'), { timeoutMs: 20_000 });
  tail.interrupt();
  const { code, stdout, stderr } = await tail.ended;
  expect(stderr).toBe('too_many_streams: Full. Looking every 0.2 s until one is free.\n');
  expect(stdout.match(/evt_\d/g)).toEqual(['evt_1', 'evt_2', 'evt_3']);
  expect(stdout).not.toContain('\u001b');
  const columns = ['pending', 'build.started', 'shop', 'chat', '0', '', '', 'evt_1.wh_1'];
  expect(stdout.split('\n')[0]).toBe(['2026-11-23T22:00:00.000Z', ...columns].join('\t'));
  expect(code).toBe(0);
}, 60_000);
