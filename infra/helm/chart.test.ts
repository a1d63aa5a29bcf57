/** The chart, rendered by the real Helm and held to the schemas of Kubernetes. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SHUTDOWN_MARGIN_MS, readSettings } from '@hooklane/runtime';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { checkManifest } from './check-manifest.ts';
import { CHART, type Helm, type Manifest, openHelm, whyNoHelm } from './helm.ts';

const missing = whyNoHelm();
const describeChart = missing === null ? describe : describe.skip;
if (missing !== null) console.warn(`Not tested, the chart: ${missing}.`);

const LEAST = { redis: { url: 'redis://redis.data:6379' }, secrets: { existingSecret: 'hooklane' } };
const MOST = {
  redis: {
    existingSecret: 'redis',
    sentinel: { existingSecret: 'sentinels', user: 'watcher', port: 26_380 },
    tls: { caSecret: 'redis-ca', serverName: 'redis.example.com' },
    confirmedReplicas: 1,
    port: 6380,
  },
  secrets: { apiToken: 'f00d'.repeat(16), secretKey: Buffer.alloc(32, 5).toString('base64') },
  settings: {
    grace: '45s',
    retention: '30d',
    retrySchedule: '5s,5m',
    allowedNetworks: ['10.1.0.0/16', 'fd00::/8'],
  },
  image: { repository: 'registry.example.com/hooklane', tag: '1.2.3', pullSecrets: [{ name: 'pull' }] },
  worker: {
    laneSlots: 128,
    tolerations: [{ key: 'dedicated', operator: 'Exists' }],
    podAnnotations: { a: 'b' },
  },
  server: { nodeSelector: { pool: 'web' }, service: { type: 'LoadBalancer', port: 443 } },
  autoscaling: { kind: 'keda', prometheus: { serverAddress: 'http://prometheus:9090' } },
  serviceMonitor: { enabled: true, labels: { release: 'prometheus' } },
  networkPolicy: { serverFrom: [{ podSelector: { matchLabels: { app: 'proxy' } } }] },
  serviceAccount: { annotations: { owner: 'builds' } },
  extraEnv: [{ name: 'NODE_OPTIONS', value: '--max-old-space-size=400' }],
};

interface Pod {
  terminationGracePeriodSeconds: number;
  securityContext: Record<string, unknown>;
  containers: {
    image: string;
    env: { name: string; value?: string; valueFrom?: unknown }[];
    securityContext: Record<string, unknown>;
    livenessProbe: { httpGet: { path: string } };
    readinessProbe: { httpGet: { path: string } };
  }[];
}

describeChart(`the chart${missing === null ? '' : ` (skipped: ${missing})`}`, () => {
  let helm: Helm;
  beforeAll(async () => {
    helm = await openHelm();
  }, 60_000);
  afterAll(() => helm.close());

  const named = (all: Manifest[], kind: string, name: string): Manifest => {
    const found = all.find((each) => each.kind === kind && each.metadata.name === name);
    if (found === undefined) throw new Error(`There is no ${kind} ${name}.`);
    return found;
  };
  const podOf = (all: Manifest[], program: string): Pod =>
    (named(all, 'Deployment', `test-hooklane-${program}`).spec as unknown as { template: { spec: Pod } })
      .template.spec;

  test('shards: every program knows their number; a group of workers has a Deployment of its own', async () => {
    const groups = [
      { name: 'a', shards: '0-1', replicas: 3 },
      { name: 'b', shards: '2,3' },
    ];
    const values = { ...LEAST, settings: { shards: 4 }, worker: { groups } };
    const all = await helm.template(values);
    const envOf = (program: string) =>
      Object.fromEntries(podOf(all, program).containers[0]!.env.map(({ name, value }) => [name, value]));
    expect(envOf('server')).toMatchObject({ HOOKLANE_SHARDS: '4' });
    expect(envOf('server')).not.toHaveProperty('HOOKLANE_WORKER_SHARDS');
    expect(envOf('worker-a')).toMatchObject({ HOOKLANE_SHARDS: '4', HOOKLANE_WORKER_SHARDS: '0-1' });
    expect(envOf('worker-b')).toMatchObject({ HOOKLANE_SHARDS: '4', HOOKLANE_WORKER_SHARDS: '2,3' });
    const specs = ['a', 'b'].map((group) => named(all, 'Deployment', `test-hooklane-worker-${group}`).spec);
    expect(specs).toMatchObject([
      { replicas: 3, selector: { matchLabels: { 'hooklane/group': 'a' } } },
      { replicas: 2, selector: { matchLabels: { 'hooklane/group': 'b' } } },
    ]);
    for (const manifest of all) checkManifest(manifest);
    expect(all.filter(({ kind }) => kind === 'Deployment')).toHaveLength(3);
    await expect(helm.template({ ...values, autoscaling: { kind: 'hpa' } })).rejects.toThrow(
      'groups of workers',
    );
    await expect(helm.template({ ...LEAST, settings: { shards: 257 } })).rejects.toThrow('256');
  });

  test('Helm finds nothing to complain about', async () => {
    expect(helm.version).toMatch(/^v[34]\./);
    expect(await helm.lint(LEAST)).toContain('0 chart(s) failed');
    expect(await helm.lint(MOST)).toContain('0 chart(s) failed');
  });

  test.each([
    ['the least values', LEAST],
    ['most values', MOST],
    ['an HPA', { ...LEAST, autoscaling: { kind: 'hpa' } }],
    [
      'no policy and no budgets',
      { ...LEAST, networkPolicy: { enabled: false }, worker: { podDisruptionBudget: { enabled: false } } },
    ],
  ])('with %s every manifest keeps the schema of its kind', async (_, values) => {
    const all = await helm.template(values);
    for (const manifest of all) checkManifest(manifest);
    const names = all.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toEqual(
      expect.arrayContaining(['Deployment test-hooklane-worker', 'Deployment test-hooklane-server']),
    );
  });

  test('a schema can be broken', async () => {
    const [worker] = (await helm.template(LEAST)).filter(({ kind }) => kind === 'Deployment');
    const spec = { ...worker!.spec, replicas: 'two' };
    expect(() => checkManifest({ ...worker!, spec })).toThrow(/replicas/);
    expect(() => checkManifest({ ...worker!, kind: 'DaemonSet' })).toThrow('not known here');
  });

  test.each([
    ['20s', 20],
    ['1500ms', 2],
    ['10m', 600],
    ['0s', 0],
  ])(
    'a grace of %s fits into the termination grace period, with the closing after it',
    async (grace, seconds) => {
      const all = await helm.template({ ...LEAST, settings: { grace } });
      for (const program of ['worker', 'server']) {
        const pod = podOf(all, program);
        expect(pod.containers[0]!.env).toContainEqual({ name: 'HOOKLANE_GRACE', value: grace });
        expect(pod.terminationGracePeriodSeconds).toBe(seconds + 15);
        // 5 s are the server's until nothing new comes.
        expect((15 - 5) * 1000).toBeGreaterThanOrEqual(SHUTDOWN_MARGIN_MS);
      }
    },
  );

  test('pods run as nobody in particular, on a read-only file system, with secrets from files', async () => {
    const all = await helm.template(MOST);
    for (const program of ['worker', 'server']) {
      const pod = podOf(all, program);
      const [container] = pod.containers;
      expect(pod.securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 1000 });
      expect(container!.securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
      expect(container!.image).toBe(`registry.example.com/hooklane/${program}:1.2.3`);
      expect([container!.livenessProbe.httpGet.path, container!.readinessProbe.httpGet.path]).toEqual([
        '/healthz',
        '/readyz',
      ]);
      expect(JSON.stringify(pod)).not.toContain('f00df00d');
      expect(container!.env).toContainEqual({
        name: 'HOOKLANE_ALLOWED_NETWORKS',
        value: '10.1.0.0/16,fd00::/8',
      });
      expect(container!.env).toEqual(
        expect.arrayContaining([
          { name: 'REDIS_URL', valueFrom: { secretKeyRef: { name: 'redis', key: 'redis-url' } } },
          { name: 'HOOKLANE_REDIS_CA_FILE', value: '/run/redis-ca/ca.crt' },
          { name: 'HOOKLANE_REDIS_SERVER_NAME', value: 'redis.example.com' },
          {
            name: 'HOOKLANE_REDIS_SENTINEL_PASSWORD',
            valueFrom: { secretKeyRef: { name: 'sentinels', key: 'sentinel-password' } },
          },
          { name: 'HOOKLANE_REDIS_SENTINEL_USER', value: 'watcher' },
          { name: 'HOOKLANE_REDIS_REPLICAS', value: '1' },
        ]),
      );
    }
    expect(podOf(all, 'worker').containers[0]!.env).toContainEqual({
      name: 'HOOKLANE_LANE_SLOTS',
      value: '128',
    });
  });

  test('workers grow with the age of the oldest due delivery and with what is due, of healthy lanes', async () => {
    const { spec } = named(await helm.template(MOST), 'ScaledObject', 'test-hooklane-worker');
    expect(
      (spec as { triggers: { metadata: { query: string } }[] }).triggers.map(
        ({ metadata }) => metadata.query,
      ),
    ).toEqual([
      'max(hooklane_oldest_due_age_seconds{lane="healthy",namespace="hooks"})',
      'max(hooklane_due_deliveries{lane="healthy",namespace="hooks"})',
    ]);
    const metrics = await readFile(join(CHART, '../../../docs/metrics.md'), 'utf8');
    for (const name of ['hooklane_oldest_due_age_seconds', 'hooklane_due_deliveries'])
      expect(metrics).toContain(name);
    // What scales must not be set back by each upgrade.
    expect(named(await helm.template(MOST), 'Deployment', 'test-hooklane-worker').spec).not.toHaveProperty(
      'replicas',
    );
  });

  test.each([
    'redis+cluster://node-1.data:6379,node-2.data:6379',
    'rediss+cluster://node-1.data,node-2.data',
    'redis+sentinel://sentinel-1.data:26379,sentinel-2.data:26379/mymaster',
    'rediss+sentinel://sentinel-1.data,sentinel-2.data/mymaster/1',
  ])('%s reaches both programs, who read it', async (url) => {
    const all = await helm.template({ ...LEAST, redis: { url } });
    for (const manifest of all) checkManifest(manifest);
    for (const program of ['worker', 'server']) {
      const { env } = podOf(all, program).containers[0]!;
      expect(env).toContainEqual({ name: 'REDIS_URL', value: url });
      expect(JSON.stringify(env)).not.toContain('HOOKLANE_REDIS_');
    }
    expect(readSettings({ REDIS_URL: url }).redis.url).toBe(url);
  });

  test('the network policy lets both programs through to Redis and to the Sentinels', async () => {
    const all = await helm.template(MOST);
    for (const program of ['worker', 'server']) {
      const { spec } = named(all, 'NetworkPolicy', `test-hooklane-${program}`);
      const { egress } = spec as { egress: { ports?: { port: number }[] }[] };
      const ports = egress.flatMap((rule) => rule.ports ?? []).map(({ port }) => port);
      expect(ports).toEqual(expect.arrayContaining([6380, 26_380]));
    }
  });

  test.each([
    ['no secrets', { redis: LEAST.redis }, 'secrets: give existingSecret'],
    ['no Redis', { secrets: LEAST.secrets }, 'redis: give url or existingSecret'],
    ['several plain hosts', { ...LEAST, redis: { url: 'redis://a:6379,b:6379' } }, '/redis/url'],
    ['Sentinels without a master', { ...LEAST, redis: { url: 'redis+sentinel://a,b' } }, '/redis/url'],
    ['11 replicas', { ...LEAST, redis: { ...LEAST.redis, confirmedReplicas: 11 } }, 'confirmedReplicas'],
    ['a password in a plain value', { ...LEAST, redis: { url: 'redis://u:pw@redis:6379' } }, '/redis/url'],
    [
      'a short token',
      { ...LEAST, secrets: { apiToken: 'short', secretKey: MOST.secrets.secretKey } },
      '/secrets/apiToken',
    ],
    ['a grace of 11m', { ...LEAST, settings: { grace: '11m' } }, '/settings/grace'],
    ['a value that there is not', { ...LEAST, redis: { ...LEAST.redis, sentinels: ['a'] } }, 'sentinels'],
    [
      'KEDA without Prometheus',
      { ...LEAST, autoscaling: { kind: 'keda' } },
      'autoscaling.prometheus.serverAddress',
    ],
  ])('%s is refused by name', async (_, values, complaint) => {
    await expect(helm.template(values)).rejects.toThrow(complaint);
  });

  test('every value has its bound in the schema, and its word in values.yaml', async () => {
    const values = parse(await readFile(join(CHART, 'values.yaml'), 'utf8')) as Record<string, unknown>;
    const schema = JSON.parse(await readFile(join(CHART, 'values.schema.json'), 'utf8')) as {
      properties: object;
    };
    const known = Object.keys(schema.properties).filter((name) => name !== 'global');
    expect(Object.keys(values).sort()).toEqual(known.sort());
  });
});
