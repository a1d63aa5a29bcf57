/** The stack of docker-compose.yml, started for a test under a name of its own. */
import { randomBytes } from 'node:crypto';
import { TEST_VERSION, compose, docker } from './docker.ts';

/** A stack that runs. */
export interface Stack {
  /** The address of this machine as containers see it. */
  readonly gateway: string;
  /** The ids of the workers that run. */
  workers(): Promise<string[]>;
  scale(workers: number): Promise<void>;
  /** One call of the API; rejects when it is not answered with 2xx. */
  call(method: string, path: string, body?: unknown): Promise<Record<string, unknown>>;
  /** Takes everything away, the data too. */
  down(): Promise<void>;
}

/** Where Docker's own networks are: the receivers of the tests are there. */
const DOCKER_NETWORKS = '10.0.0.0/8,172.16.0.0/12,192.168.0.0/16';

/** Starts redis, server on that port of this machine, and that many workers; the images are built already. Resolves when the server is healthy. */
export async function startStack({ workers, port }: { workers: number; port: number }): Promise<Stack> {
  const project = `hooklane-test-${randomBytes(4).toString('hex')}`;
  const token = randomBytes(24).toString('hex');
  const env = {
    HOOKLANE_VERSION: TEST_VERSION,
    HOOKLANE_PORT: String(port),
    HOOKLANE_API_TOKEN: token,
    HOOKLANE_SECRET_KEY: randomBytes(32).toString('base64'),
    HOOKLANE_ALLOWED_NETWORKS: DOCKER_NETWORKS,
    HOOKLANE_RETRY_SCHEDULE: '1s,1s,2s,5s,10s',
    LOG_LEVEL: 'warn',
  };
  const scale = async (count: number): Promise<void> => {
    await compose(
      project,
      env,
      'up',
      '--detach',
      '--no-build',
      '--scale',
      `worker=${count}`,
      'redis',
      'server',
      'worker',
    );
  };
  const down = async (): Promise<void> => {
    await compose(project, env, 'down', '--volumes', '--timeout', '10');
  };
  const label = (name: string, value: string) => ['--filter', `label=com.docker.compose.${name}=${value}`];
  const ids = async (service: string): Promise<string[]> =>
    (await docker('ps', '--quiet', ...label('project', project), ...label('service', service)))
      .split('\n')
      .filter((id) => id !== '');
  try {
    await scale(workers);
    const [server = ''] = await ids('server');
    await untilHealthy(server);
    const network = '{{range .NetworkSettings.Networks}}{{.Gateway}}{{end}}';
    return {
      gateway: await docker('inspect', '--format', network, server),
      workers: () => ids('worker'),
      scale,
      call: (method, path, body) => call(`http://127.0.0.1:${port}/v1${path}`, token, { method, body }),
      down,
    };
  } catch (error) {
    await down();
    throw error;
  }
}

/** Waits for the health check of the image, at most a minute. */
async function untilHealthy(container: string): Promise<void> {
  const end = performance.now() + 60_000;
  for (;;) {
    const health = await docker('inspect', '--format', '{{.State.Health.Status}}', container);
    if (health === 'healthy') return;
    if (performance.now() > end) {
      throw new Error(`The server is ${health}:\n${await docker('logs', '--tail', '20', container)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

async function call(
  url: string,
  token: string,
  { method, body }: { method: string; body: unknown },
): Promise<Record<string, unknown>> {
  const answer = await fetch(url, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      connection: 'close',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(30_000),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${url} was answered ${answer.status}: ${text}`);
  return JSON.parse(text) as Record<string, unknown>;
}
