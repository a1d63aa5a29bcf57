/** The images and the compose file, built and run for real. Where there is no Docker this says so and is skipped. */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { freePort } from '@hooklane/local';
import { createProducer } from '@hooklane/producer';
import { type Receiver, eventually, startReceiver } from '@hooklane/testkit';
import type { StartedNetwork, StartedTestContainer } from 'testcontainers';
import { TARGETS, buildImages, docker, imageOf, runToEnd, whyNoImages } from './docker.ts';
import { type Stack, startStack } from './stack.ts';

const EVENTS = 2000;
const WEBHOOKS = 4;
const EMITTERS = 16;
const APPLICATION = '/accounts/jdoe/applications/shop';
const SECRET_KEY = randomBytes(32).toString('base64');

const missing = whyNoImages();
const describeImages = missing === null ? describe : describe.skip;
const unless = missing === null ? '' : ` (skipped: ${missing})`;
if (missing !== null) console.warn(`Not tested, the images and docker-compose.yml: ${missing}.`);

beforeAll(async () => {
  if (missing === null) await buildImages();
}, 500_000);

/** As docker-compose.yml and the chart run it. */
const LOCKED = [
  '--read-only',
  '--cap-drop',
  'ALL',
  '--security-opt',
  'no-new-privileges',
  '--network',
  'none',
];

describeImages(`an image${unless}`, () => {
  test.each(TARGETS)('%s runs as a user that is not root, and says what it is', async (target) => {
    const image = JSON.parse(await docker('image', 'inspect', imageOf(target))) as {
      Config: { User: string; Labels: Record<string, string>; StopSignal: string };
      Size: number;
    }[];
    const { User, Labels, StopSignal } = image[0]!.Config;
    expect([User, StopSignal]).toEqual(['1000:1000', 'SIGTERM']);
    expect(Labels).toMatchObject({
      'org.opencontainers.image.title': `hooklane-${target}`,
      'org.opencontainers.image.version': expect.stringMatching(/^\d+\.\d+\.\d+/),
      'org.opencontainers.image.licenses': 'Apache-2.0',
      'org.opencontainers.image.base.name': 'node:24-bookworm-slim',
    });
    const base = JSON.parse(await docker('image', 'inspect', 'node:24-bookworm-slim')) as { Size: number }[];
    expect((image[0]!.Size - base[0]!.Size) / 1e6).toBeLessThan(60);
  });

  test.each(TARGETS)('%s has what it needs in production alone', async (target) => {
    const list = ['--entrypoint', 'ls', imageOf(target), `/hooklane/${target}/node_modules/.pnpm`];
    const { output } = await runToEnd(list);
    const names = output.split('\n').map((name) => name.replace(/@[^@]*$/, ''));
    expect(names).toContain('zod');
    for (const tool of ['typescript', 'jest', 'testcontainers', '@hooklane+testkit', 'vite', 'turbo']) {
      expect(names).not.toContain(tool);
    }
    const { output: tests } = await runToEnd([
      '--entrypoint',
      'find',
      imageOf(target),
      '/hooklane',
      '-name',
      '*.test.*',
      '-not',
      '-path',
      '*/node_modules/.pnpm/[!@]*',
      '-not',
      '-path',
      '*/node_modules/.pnpm/@[!h]*',
    ]);
    expect(tests).toBe('');
  });

  test('the server carries the console', async () => {
    const page = await runToEnd([
      '--entrypoint',
      'cat',
      imageOf('server'),
      '/hooklane/console/dist/index.html',
    ]);
    expect(page.output).toContain('<!doctype html>');
  });

  test('the command line runs on a read-only file system', async () => {
    const { code, output } = await runToEnd([...LOCKED, imageOf('cli'), '--version']);
    expect([code, output.trim()]).toEqual([0, expect.stringMatching(/^\d+\.\d+\.\d+$/)]);
  });

  test.each([
    ['no token', '', 'Set HOOKLANE_API_TOKEN or HOOKLANE_API_TOKEN_FILE'],
    ['a placeholder', 'changeme-changeme', 'HOOKLANE_API_TOKEN must be'],
    ['a short token', 'abcdefgh', 'this one has 8 characters'],
  ])('the server refuses to start with %s, and says why', async (_, token, why) => {
    const env = ['--env', `HOOKLANE_API_TOKEN=${token}`, '--env', `HOOKLANE_SECRET_KEY=${SECRET_KEY}`];
    const { code, output } = await runToEnd([...LOCKED, ...env, imageOf('server')]);
    expect(code).toBe(1);
    expect(output).toContain('invalid_setting');
    expect(output).toContain(why);
    if (token !== '') expect(output).not.toContain(token);
  });
});

describeImages(`docker-compose.yml${unless}`, () => {
  let stack: Stack | undefined;
  let receiver: Receiver;
  beforeAll(async () => {
    receiver = await startReceiver({ host: '0.0.0.0' });
    stack = await startStack({ workers: 3, port: await freePort() });
  }, 120_000);
  afterAll(async () => {
    await stack?.down();
    await receiver.close();
  }, 60_000);

  async function addWebhooks(): Promise<void> {
    await stack!.call('PUT', APPLICATION, { enabled: true });
    for (let i = 0; i < WEBHOOKS; i++) {
      receiver.answer(`/hook${i}`, { status: 200, delayMs: 50 });
      const url = `http://${stack!.gateway}:${receiver.port}/hook${i}`;
      await stack!.call('POST', `${APPLICATION}/webhooks`, { name: `hook${i}`, event: 'build.started', url });
    }
  }

  /** Emits all events, a few at a time, and resolves to their ids. */
  async function emitAll(onAccepted: (count: number) => void): Promise<string[]> {
    const ids: string[] = [];
    let next = 0;
    const emitter = async (): Promise<void> => {
      while (next < EVENTS) {
        const body = { app_name: 'shop', build_num: String(next++), status: 'Queued' };
        const { id } = await stack!.call('POST', '/events', { account: 'jdoe', type: 'build.started', body });
        onAccepted(ids.push(String(id)));
      }
    };
    await Promise.all(Array.from({ length: EMITTERS }, emitter));
    return ids;
  }

  /** What the receiver saw against what was accepted. */
  function ledger(emitted: readonly string[]): { accepted: number; lost: number; repeated: number } {
    const seen = new Set(
      receiver.requests.map(({ path, headers }) => `${path} ${String(headers['webhook-id'])}`),
    );
    const owed = emitted.flatMap((id) => Array.from({ length: WEBHOOKS }, (_, i) => `/hook${i} ${id}`));
    const lost = owed.filter((delivery) => !seen.has(delivery)).length;
    return { accepted: emitted.length, lost, repeated: receiver.received - seen.size };
  }

  test('2,000 events with a worker killed and another stopped in the middle, and a scale to five: lost 0', async () => {
    await addWebhooks();
    const [killed = '', stopped = ''] = await stack!.workers();
    const middle = Promise.withResolvers<void>();
    const emitting = emitAll((count) => {
      if (count === EVENTS / 4) middle.resolve();
    });
    await middle.promise;
    await docker('kill', killed);
    const seenAtKill = receiver.received;
    expect(seenAtKill).toBeGreaterThan(0);
    expect(seenAtKill).toBeLessThan(EVENTS * WEBHOOKS);
    await docker('stop', stopped);
    expect(await docker('inspect', '--format', '{{.State.ExitCode}}', stopped)).toBe('0');
    expect(await stack!.workers()).toHaveLength(1);
    await stack!.scale(5);
    expect(await stack!.workers()).toHaveLength(5);
    const emitted = await emitting;
    await eventually(() => expect(ledger(emitted)).toMatchObject({ accepted: EVENTS, lost: 0 }), {
      timeoutMs: 90_000,
      everyMs: 500,
      describe: 'a ledger without losses',
    });
    // At least once: only what the killed worker had in flight may have come twice.
    expect(ledger(emitted).repeated).toBeLessThanOrEqual(WEBHOOKS * 64);
    await eventually(
      async () =>
        expect(await stack!.call('GET', '/deliveries?status=retrying&limit=1')).toMatchObject({ items: [] }),
      {
        timeoutMs: 30_000,
        everyMs: 500,
      },
    );
    expect(await stack!.call('GET', '/dead-letters?limit=1')).toMatchObject({ items: [] });
    console.info(`compose: ${JSON.stringify({ ...ledger(emitted), seenAtKill })}`);
  }, 240_000);
});

describeImages(`the worker image by testcontainers${unless}`, () => {
  let network: StartedNetwork | undefined;
  const started: StartedTestContainer[] = [];
  let redis: StartedTestContainer;
  let server: StartedTestContainer;
  let worker: StartedTestContainer;
  let receiver: Receiver;
  beforeAll(async () => {
    // Its own cleaner is one more image, which not every machine can pull; what is started here is stopped here.
    process.env['TESTCONTAINERS_RYUK_DISABLED'] ??= 'true';
    const { GenericContainer, Network, Wait } = await import('testcontainers');
    receiver = await startReceiver({ host: '0.0.0.0' });
    const net = await new Network().start();
    network = net;
    const keep = async (starting: Promise<StartedTestContainer>): Promise<StartedTestContainer> => {
      const container = await starting;
      started.push(container);
      return container;
    };
    redis = await keep(
      new GenericContainer('redis:8-alpine')
        .withNetwork(net)
        .withNetworkAliases('redis')
        .withExposedPorts(6379)
        .withCommand([
          'redis-server',
          '--protected-mode',
          'no',
          '--save',
          '',
          '--maxmemory-policy',
          'noeviction',
        ])
        .withWaitStrategy(Wait.forLogMessage('Ready to accept connections'))
        .start(),
    );
    const program = (target: 'server' | 'worker', port: number, env: Record<string, string>) =>
      keep(
        new GenericContainer(imageOf(target))
          .withNetwork(net)
          .withEnvironment({
            REDIS_URL: 'redis://redis:6379',
            HOOKLANE_SECRET_KEY: SECRET_KEY,
            HOOKLANE_ALLOWED_NETWORKS: '10.0.0.0/8,172.16.0.0/12,192.168.0.0/16',
            ...env,
          })
          .withExposedPorts(port)
          .withWaitStrategy(Wait.forHttp('/readyz', port).forStatusCode(200))
          .start(),
      );
    server = await program('server', 8080, { HOOKLANE_API_TOKEN: TOKEN });
    worker = await program('worker', 8081, {});
  }, 120_000);
  afterAll(async () => {
    for (const container of [...started].reverse()) await container.stop({ timeout: 10_000 });
    await network?.stop();
    await receiver.close();
  }, 60_000);

  const TOKEN = randomBytes(24).toString('hex');

  async function call(method: string, path: string, body: unknown): Promise<void> {
    const answer = await fetch(`http://127.0.0.1:${server.getMappedPort(8080)}/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json', connection: 'close' },
      body: JSON.stringify(body),
    });
    const text = await answer.text();
    expect([answer.ok, text]).toEqual([true, expect.any(String)]);
  }

  test('it brings an event from a producer to a webhook, and ends cleanly at SIGTERM', async () => {
    const [{ Gateway: gateway } = { Gateway: '' }] = JSON.parse(
      await docker('network', 'inspect', '--format', '{{json .IPAM.Config}}', network!.getId()),
    ) as { Gateway: string }[];
    await call('PUT', APPLICATION, { enabled: true });
    const url = `http://${gateway}:${receiver.port}/hook`;
    await call('POST', `${APPLICATION}/webhooks`, { name: 'hook', event: 'build.started', url });
    const producer = createProducer({ redis: `redis://127.0.0.1:${redis.getMappedPort(6379)}` });
    const body = { app_name: 'shop', build_num: '1', status: 'Queued' };
    const { id } = await producer.emit({ account: 'jdoe', type: 'build.started', body });
    await producer.close();
    const [request] = await receiver.waitFor(1, 20_000);
    expect(request!.headers['webhook-id']).toBe(id);
    expect(JSON.parse(request!.body)).toEqual(body);
    const startedAt = performance.now();
    await docker('kill', '--signal', 'TERM', worker.getId());
    expect(await docker('wait', worker.getId())).toBe('0');
    expect(performance.now() - startedAt).toBeLessThan(15_000);
  }, 60_000);
});
