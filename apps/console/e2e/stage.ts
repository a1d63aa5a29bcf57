/** A day in a small company, for pictures: applications, environments, webhooks, a few hundred events, some of them in trouble. */
import { sampleEventBody } from '@hooklane/core';
import type { EventType } from '@hooklane/core';
import { eventually } from '@hooklane/testkit';
import type { House } from './house.ts';
import { writePastHour } from './past-hour.ts';

type Kind = 'application' | 'environment';

const ACCOUNT = 'acme';

/** Scope → its webhooks: name, event, path at the receiver. */
const SCOPES: readonly [Kind, string, readonly [string, EventType, string][]][] = [
  [
    'application',
    'storefront',
    [
      ['chat', 'build.finished', '/services/chat?room=builds'],
      ['ci-dashboard', 'build.started', '/dashboard/builds'],
      ['ci-dashboard-done', 'build.finished', '/dashboard/builds'],
      ['legacy-tracker', 'build.finished', '/tracker/v1/builds'],
    ],
  ],
  ['application', 'checkout-api', [['chat', 'build.finished', '/services/chat?room=payments']]],
  ['application', 'search-indexer', [['metrics', 'build.finished', '/metrics/builds']]],
  [
    'environment',
    'storefront-production',
    [
      ['change-log', 'deploy.finished', '/changes'],
      ['pager', 'deploy.finished', '/pager/v2/enqueue'],
      ['smoke-tests', 'deploy.finished', '/smoke/run'],
      ['status-page', 'deploy.started', '/status/maintenance'],
    ],
  ],
  ['environment', 'storefront-staging', [['smoke-tests', 'deploy.finished', '/smoke/run']]],
  ['environment', 'checkout-production', [['change-log', 'deploy.finished', '/changes']]],
];

const SETTLED_MS = 60_000;

/** Fills the house. At the end some deliveries are dead letters, some are being retried, most are delivered. */
export async function fillStage(house: House): Promise<void> {
  script(house);
  for (const [kind, name, webhooks] of SCOPES) {
    const params = { account: ACCOUNT, name };
    await (kind === 'application' ? house.api.setApplication : house.api.setEnvironment)({
      params,
      body: { enabled: true },
    });
    const create =
      kind === 'application' ? house.api.createApplicationWebhook : house.api.createEnvironmentWebhook;
    for (const [webhook, event, path] of webhooks) {
      const secret = webhook === 'status-page' ? {} : { secret: `the secret of ${webhook}` };
      await create({ params, body: { name: webhook, event, url: house.receiver.url(path), ...secret } });
    }
  }
  await writePastHour(house.redis.url);
  await giveAccess(house);
  await emitRound(house, 30);
  await eventually(
    async () => {
      const { deadLetters } = await house.api.getStatus();
      if (deadLetters < 12) throw new Error(`${deadLetters} dead letters`);
    },
    { timeoutMs: SETTLED_MS, everyMs: 250 },
  );
  await emitRound(house, 12);
}

/** Who else comes, and where notices are sent. */
async function giveAccess({ api, receiver }: House): Promise<void> {
  await api.createToken({ body: { name: 'build pipeline', roles: ['emit'] } });
  await api.createToken({ body: { name: 'on call', roles: ['manage'], accounts: [ACCOUNT] } });
  const expiresAt = new Date(Date.now() + 30 * 86_400_000).toISOString();
  await api.createToken({ body: { name: 'wallboard', roles: ['read'], accounts: [ACCOUNT], expiresAt } });
  const body = { url: receiver.url('/ops/hooks'), secret: 'the secret of the notices' };
  await api.setNotifications({ params: { account: ACCOUNT }, body });
}

/** How the receivers of the story behave. */
function script({ receiver }: House): void {
  const json = { 'content-type': 'application/json', server: 'nginx/1.27.3' };
  const down = {
    status: 503,
    headers: { ...json, 'retry-after': '2' },
    body: '{"error":"upstream is restarting"}',
  };
  receiver.answer(
    '/services/chat',
    ...Array.from({ length: 400 }, (_, i) => ({ delayMs: 20 + ((i * 37) % 90) })),
    200,
  );
  receiver.answer(
    '/dashboard/builds',
    ...Array.from({ length: 400 }, (_, i) => ({ delayMs: 4 + ((i * 13) % 30) })),
    200,
  );
  receiver.answer('/pager/v2/enqueue', down);
  receiver.answer('/tracker/v1/builds', {
    status: 410,
    headers: json,
    body: '{"error":"this tracker was shut down"}',
  });
  receiver.answer('/smoke/run', { delayMs: 180 }, 500, { delayMs: 220 }, { delayMs: 140 });
}

async function emitRound({ api }: House, rounds: number): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    const builds = ['storefront', 'checkout-api', 'search-indexer'].flatMap((name) =>
      (['build.started', 'build.finished'] as const).map((type) => emit(api, type, name)),
    );
    const deploys = ['storefront-production', 'storefront-staging', 'checkout-production'].flatMap((name) =>
      (['deploy.started', 'deploy.finished'] as const).map((type) => emit(api, type, name)),
    );
    await Promise.all([...builds, ...deploys]);
  }
}

async function emit(api: House['api'], type: EventType, name: string): Promise<void> {
  await api.emitEvent({
    body: { account: ACCOUNT, type, body: sampleEventBody(type, ACCOUNT, name, Date.now()) },
  });
}
