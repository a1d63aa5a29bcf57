/** What `start` prints when all is up. */
import type { LocalRedis } from '@hooklane/local';
import type { StartPlan } from './start-plan.ts';

const REDIS_KINDS = { given: 'yours (REDIS_URL)', private: 'private', docker: 'in Docker' } as const;

/** A box with addresses and token, and a line to try; one text with line ends. */
export function welcome(plan: StartPlan, redis: LocalRedis): string {
  const url = `http://localhost:${plan.programs[0]?.port ?? 0}`;
  const kept = redis.dir === undefined ? '' : `, data in ${redis.dir}`;
  const fromFile = plan.token.source === 'file';
  const rows = [
    ['Console', url],
    ['API', `${url}/v1`],
    ['Token', fromFile ? plan.token.value : 'the one of HOOKLANE_API_TOKEN'],
    ['Redis', `127.0.0.1:${redis.port}, ${REDIS_KINDS[redis.kind]}${kept}`],
    ['Keys', plan.dataDir],
    ['Allowed', `webhooks may call public addresses and ${plan.settings.allowedNetworks.join(', ')}`],
    ['Stop', 'Ctrl-C (what waits is kept and goes on with the next start)'],
  ];
  if (redis.kind === 'given') rows[3] = ['Redis', REDIS_KINDS.given];
  const token = fromFile ? plan.token.value : '$HOOKLANE_API_TOKEN';
  const text = rows.map(([name = '', value = '']) => `${name.padEnd(8)} ${value}`);
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
