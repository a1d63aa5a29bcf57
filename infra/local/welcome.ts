/** What `start` prints when all is up. */
import type { LocalRedis } from '@hooklane/local';
import type { StartPlan } from './start-plan.ts';

const REDIS_KINDS = { private: 'private', docker: 'in Docker' } as const;

/** A box with addresses and token, and a line to try; one text with line ends. */
export function welcome(plan: StartPlan, redis: LocalRedis): string {
  const url = `http://localhost:${plan.programs[0]?.port ?? 0}`;
  const fromFile = plan.token.source === 'file';
  const networks = plan.settings.allowedNetworks.join(', ');
  const rows = [
    ...(plan.hasConsole ? [['Console', `${url}/`]] : []),
    ['API', `${url}/v1`],
    ['Docs', `${url}/docs`],
    ['Token', fromFile ? plan.token.value : 'the one of HOOKLANE_API_TOKEN'],
    [
      'Redis',
      redis.kind === 'given' ? 'the one of REDIS_URL' : `127.0.0.1:${redis.port}, ${REDIS_KINDS[redis.kind]}`,
    ],
    ['Data', [redis.dir, `keys in ${plan.dataDir}`].filter((part) => part !== undefined).join(', ')],
    ['Webhooks', `may call public addresses, ${networks} (HOOKLANE_ALLOWED_NETWORKS)`],
    ['Stop', 'Ctrl-C; what waits is kept and goes on with the next start'],
  ];
  const token = fromFile ? plan.token.value : '$HOOKLANE_API_TOKEN';
  const text = rows.map(([name = '', value = '']) => `${name.padEnd(8)}  ${value}`);
  return [
    ...box(['Hooklane is up.', '', ...text]),
    'Try it:',
    `  curl -H "authorization: Bearer ${token}" ${url}/v1/accounts/jdoe/applications/hello`,
    '',
  ].join('\n');
}

function box(lines: readonly string[]): string[] {
  const width = Math.max(...lines.map((line) => line.length));
  const edge = '─'.repeat(width + 2);
  return ['', `┌${edge}┐`, ...lines.map((line) => `│ ${line.padEnd(width)} │`), `└${edge}┘`, ''];
}
