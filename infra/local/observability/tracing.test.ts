/** A trace goes from `emit` to the receiver, and one span and one line of the log tell of each try. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createProducer } from '@hooklane/producer';
import {
  type Programs,
  type Receiver,
  type TestRedis,
  eventually,
  startPrograms,
  startReceiver,
  startRedis,
} from '@hooklane/testkit';
import { type CollectedSpan, type Collector, startCollector } from './collector.ts';

const APPLICATION = '/accounts/jdoe/applications/shop';
const SECRET = 'a secret that must not be seen anywhere';
const TRACE = '0af7651916cd43dd8448eb211c80319c';
const EMITTER = 'b7ad6b7169203331';
const TRACEPARENT = `00-${TRACE}-${EMITTER}-01`;
const BODY = { app_name: 'shop', build_num: '1', status: 'Queued' };

let redis: TestRedis;
let receiver: Receiver;
let collector: Collector;
let programs: Programs;
const lines: string[] = [];
/** Makes a program tell which packages it loads. */
const TELL = {
  NODE_OPTIONS: `--import=${new URL('../fixtures/tell-packages.ts', import.meta.url).href}`,
};

/** What a program told of the packages that it loads, as `<package> for <who asks for it>`. */
function loadedBy(said: readonly string[]): string[] {
  return said.flatMap((line) => /^loads (\S+ for \S+)$/.exec(line)?.[1] ?? []);
}

beforeAll(async () => {
  redis = await startRedis();
  receiver = await startReceiver();
  collector = await startCollector();
  programs = await startPrograms({
    redisUrl: redis.url,
    env: {
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      HOOKLANE_RETRY_SCHEDULE: '200ms,300ms',
      LOG_LEVEL: 'debug',
      ...TELL,
    },
    onLine: (program, line) => program === 'worker' && lines.push(line),
  });
  await programs.call('PUT', APPLICATION, { enabled: true });
  receiver.answer('/hook/password', 500, 200);
  const webhook = {
    name: 'hook',
    event: 'build.started',
    url: receiver.url('/hook/password'),
    secret: SECRET,
  };
  expect((await programs.call('POST', `${APPLICATION}/webhooks`, webhook)).status).toBe(201);
}, 60_000);

afterAll(async () => {
  await programs.stop();
  await collector.close();
  await receiver.close();
  await redis.stop();
}, 30_000);

/** Through the API, with a header. */
async function emit(traceparent: string): Promise<string> {
  const answer = await fetch(`${programs.api}/events`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${programs.token}`,
      'content-type': 'application/json',
      connection: 'close',
      traceparent,
    },
    body: JSON.stringify({ account: 'jdoe', type: 'build.started', body: BODY }),
  });
  expect(answer.status).toBe(202);
  return ((await answer.json()) as { id: string }).id;
}

/** The `traceparent` of each try of an event. */
function sent(event: string): (string | undefined)[] {
  return receiver.requests
    .filter(({ headers }) => headers['webhook-id'] === event)
    .map(({ headers }) => headers['traceparent']);
}

function attributesOf({ attributes }: CollectedSpan): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
}

function spansOf(event: string): CollectedSpan[] {
  return collector.spans.filter((span) => attributesOf(span)['hooklane.event.id'] === event);
}

describe('An event that was emitted with a traceparent', () => {
  let event: string;

  test('reaches the receiver in the same trace, each try with a span of its own', async () => {
    event = await emit(TRACEPARENT);
    await eventually(() => expect(sent(event)).toHaveLength(2));
    const tries = sent(event);
    for (const header of tries) expect(header).toMatch(new RegExp(`^00-${TRACE}-[0-9a-f]{16}-01$`));
    expect(new Set([...tries, TRACEPARENT]).size).toBe(3);
  });

  test('shows as one span for each try, with the ids that the receiver saw, under the span that emitted it', async () => {
    await eventually(() => expect(spansOf(event)).toHaveLength(2), { timeoutMs: 15_000 });
    const spans = spansOf(event).toSorted((a, b) => (a.startTimeUnixNano < b.startTimeUnixNano ? -1 : 1));
    expect(spans.map(({ traceId, spanId }) => `00-${traceId}-${spanId}-01`)).toEqual(sent(event));
    expect(spans.map(({ parentSpanId }) => parentSpanId)).toEqual([EMITTER, EMITTER]);
    expect(spans.map(attributesOf)).toMatchObject([
      { 'hooklane.outcome': 'rejected', 'hooklane.fault': 'receiver', 'hooklane.disposition': 'retry' },
      { 'hooklane.outcome': 'ok', 'hooklane.fault': 'none', 'hooklane.disposition': 'delivered' },
    ]);
    expect(spans.map(({ status }) => status.code ?? 0)).toEqual([2, 0]);
    for (const { startTimeUnixNano, endTimeUnixNano } of spans) {
      expect(BigInt(endTimeUnixNano) >= BigInt(startTimeUnixNano)).toBe(true);
    }
  });

  test('has one wide line in the log for its dispatch and one for each try, with the id of the trace', () => {
    const of = (message: string) =>
      lines
        .filter((line) => line.includes(event))
        .map((line) => JSON.parse(line) as Record<string, unknown>)
        .filter(({ msg }) => msg === message);
    expect(of('event.dispatched')).toMatchObject([
      { event, type: 'build.started', account: 'jdoe', trace: TRACE, deliveries: 1 },
    ]);
    expect(of('delivery.attempted')).toMatchObject([
      { attempt: 1, outcome: 'rejected', fault: 'receiver', status: 500, disposition: 'retry', trace: TRACE },
      { attempt: 2, outcome: 'ok', status: 200, disposition: 'delivered', trace: TRACE },
    ]);
  });

  test('gives away no secret and no path of a webhook, in spans and in lines', () => {
    for (const text of [collector.text, lines.join('\n')]) {
      expect(text).toContain(event);
      expect(text).not.toContain(SECRET);
      expect(text).not.toContain('/hook/password');
    }
  });
});

test('The producer takes a traceparent, refuses what is none, and an event without one begins a trace', async () => {
  const producer = createProducer({ redis: redis.url });
  try {
    const event = { account: 'jdoe', type: 'build.started', body: BODY } as const;
    await expect(producer.emit({ ...event, traceparent: 'abc' })).rejects.toMatchObject({
      code: 'invalid_field',
      field: 'traceparent',
    });
    const [traced, plain] = [
      await producer.emit({ ...event, traceparent: TRACEPARENT }),
      await producer.emit(event),
    ];
    await eventually(() => expect(sent(traced.id)[0]).toMatch(`00-${TRACE}-`));
    await eventually(() => expect(sent(plain.id)[0]).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/));
    expect(sent(plain.id)[0]).not.toContain(TRACE);
  } finally {
    await producer.close();
  }
});

test('A header that is no traceparent counts as none, and the event is taken', async () => {
  const event = await emit('not-a-trace');
  await eventually(() => expect(sent(event)[0]).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/));
});

test('With a collector the worker loads OpenTelemetry', () => {
  expect(loadedBy(lines)).toEqual(
    expect.arrayContaining([
      '@opentelemetry/sdk-trace for hooklane',
      '@opentelemetry/exporter-trace-otlp-http for hooklane',
    ]),
  );
});

describe('Without a collector', () => {
  let plain: Programs;
  const said: Record<string, string[]> = { server: [], worker: [] };

  beforeAll(async () => {
    await programs.workers[0]?.stop(5000);
    plain = await startPrograms({
      redisUrl: redis.url,
      env: { HOOKLANE_RETRY_SCHEDULE: '200ms,300ms', ...TELL },
      onLine: (program, line) => said[program]?.push(line),
    });
  }, 60_000);
  afterAll(() => plain.stop(), 30_000);

  test('a trace is carried on all the same, and none is begun', async () => {
    const before = collector.spans.length;
    const event = await emit(`00-${TRACE}-${EMITTER}-00`);
    const answer = await plain.call('POST', '/events', {
      account: 'jdoe',
      type: 'build.started',
      body: BODY,
    });
    await eventually(() => expect(sent(event)[0]).toMatch(new RegExp(`^00-${TRACE}-[0-9a-f]{16}-00$`)));
    await eventually(() => expect(sent(String(answer.body['id']))).toEqual([undefined]));
    expect(collector.spans.length).toBe(before);
  });

  test('nothing of OpenTelemetry is loaded by worker or server, but its interface that the metrics client asks for', () => {
    // Both have just taken part in deliveries.
    const [worker, server] = [loadedBy(said['worker'] ?? []), loadedBy(said['server'] ?? [])];
    expect(worker).toEqual(expect.arrayContaining(['bullmq for hooklane', 'undici for hooklane']));
    expect(server).toEqual(expect.arrayContaining(['bullmq for hooklane', 'ioredis for hooklane']));
    for (const loaded of [worker, server]) {
      const telemetry = loaded.filter((line) => /opentelemetry|otel/.test(line));
      expect(telemetry).toEqual(['@opentelemetry/api for @prometheus-io/client']);
    }
  });
});
