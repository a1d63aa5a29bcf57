/** What happens in the demo, in order. */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EventType } from '@hooklane/core';
import { type Producer, createProducer } from '@hooklane/producer';
import { DemoApi, type SeenDelivery } from './api.ts';
import { type DemoWebhook, LiveTable } from './live-table.ts';
import { type Character, type Receivers, startReceivers } from './receivers.ts';

/** What the story plays with. */
export interface Stage {
  /** `http://localhost:8080` */
  url: string;
  token: string;
  redisUrl: string;
  account: string;
  print: (line: string) => void;
}

interface Casting {
  scope: 'applications/rubyubunturbenvapp' | 'environments/rubyubunturbenvapp-beta' | 'environments/staging';
  name: string;
  event: EventType;
  character: Character;
}

/** The seed's four names, and some more to show trouble. Only the seed's own deploy meets the dead receiver. */
const CAST: readonly Casting[] = [
  {
    scope: 'applications/rubyubunturbenvapp',
    name: 'buildstarted',
    event: 'build.started',
    character: 'healthy',
  },
  {
    scope: 'applications/rubyubunturbenvapp',
    name: 'buildfinished',
    event: 'build.finished',
    character: 'healthy',
  },
  {
    scope: 'applications/rubyubunturbenvapp',
    name: 'buildboard',
    event: 'build.finished',
    character: 'flaky',
  },
  {
    scope: 'environments/rubyubunturbenvapp-beta',
    name: 'deploystart',
    event: 'deploy.started',
    character: 'healthy',
  },
  {
    scope: 'environments/rubyubunturbenvapp-beta',
    name: 'deployfinish',
    event: 'deploy.finished',
    character: 'dead',
  },
  { scope: 'environments/staging', name: 'smoketests', event: 'deploy.finished', character: 'slow' },
];

const SECRET = 'a secret that both sides know';
const BUILDS = 12;
const DEPLOYS = 6;
const LOOK_MS = 300;
const PATIENCE_MS = 40_000;

type Body = Record<string, unknown>;

function seed(type: EventType): Body {
  const file = new URL(`../../../packages/core/fixtures/${type}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as Body;
}

/** Plays the story. Throws when something does not come out as it should. */
export async function playStory(stage: Stage): Promise<void> {
  const api = new DemoApi(stage.url, stage.token);
  const receivers = await startReceivers(SECRET);
  const producer = createProducer({ redis: stage.redisUrl });
  try {
    const webhooks = await configure(stage, api, receivers);
    const table = new LiveTable(webhooks, process.stdout);
    const begun = performance.now();
    const emitted = await emitAll(stage, producer);
    stage.print(
      `Emitted ${emitted} events: the seed's four, ${BUILDS} builds and ${DEPLOYS} deploys. Retries come after 1, 2 and 3 seconds.`,
    );
    const settled = await watch(api, stage.account, table, (deliveries) =>
      deliveries.every(({ status }) => status === 'delivered' || status === 'dead'),
    );
    table.keep();
    tellOutcome(stage, settled, receivers, performance.now() - begun);
    await mendAndRedrive(stage, api, receivers, table);
  } finally {
    await producer.close();
    await receivers.close();
  }
}

async function configure(stage: Stage, api: DemoApi, receivers: Receivers): Promise<DemoWebhook[]> {
  const scopes = new Set(CAST.map(({ scope }) => scope));
  for (const scope of scopes) await api.call('PUT', `/accounts/${stage.account}/${scope}`, { enabled: true });
  const webhooks: DemoWebhook[] = [];
  for (const { scope, name, event, character } of CAST) {
    const made = (await api.call('POST', `/accounts/${stage.account}/${scope}/webhooks`, {
      name,
      event,
      url: receivers.url(character),
      secret: SECRET,
    })) as { id: string };
    webhooks.push({ id: made.id, name, type: event, character });
  }
  stage.print(
    `Configured ${webhooks.length} webhooks of ${scopes.size} scopes; each receiver checks the signature.`,
  );
  return webhooks;
}

async function emitAll({ account }: Stage, producer: Producer): Promise<number> {
  const events: { type: EventType; body: Body }[] = [
    { type: 'build.started', body: seed('build.started') },
    { type: 'build.finished', body: seed('build.finished') },
    { type: 'deploy.started', body: seed('deploy.started') },
    { type: 'deploy.finished', body: seed('deploy.finished') },
  ];
  for (let i = 1; i <= BUILDS; i++) {
    const build_num = String(6982 + i);
    events.push({ type: 'build.started', body: { ...seed('build.started'), build_num } });
    events.push({ type: 'build.finished', body: { ...seed('build.finished'), build_num } });
  }
  for (let i = 1; i <= DEPLOYS; i++) {
    const changes = { deployment_number: String(44_933 + i), env_name: 'staging', deployment_state: 'Ok' };
    events.push({ type: 'deploy.finished', body: { ...seed('deploy.finished'), ...changes } });
  }
  await Promise.all(events.map((event) => producer.emit({ account, ...event })));
  return events.length;
}

async function watch(
  api: DemoApi,
  account: string,
  table: LiveTable,
  done: (deliveries: readonly SeenDelivery[]) => boolean,
): Promise<SeenDelivery[]> {
  const end = performance.now() + PATIENCE_MS;
  for (;;) {
    const deliveries = await api.deliveries(account);
    const finished = deliveries.length > 0 && done(deliveries);
    table.show(deliveries, finished);
    if (finished) return deliveries;
    if (performance.now() > end) throw new Error('The deliveries did not come to an end in time.');
    await sleep(LOOK_MS);
  }
}

function tellOutcome(
  stage: Stage,
  deliveries: readonly SeenDelivery[],
  receivers: Receivers,
  ms: number,
): void {
  const attempts = deliveries.reduce((sum, delivery) => sum + delivery.attempts.length, 0);
  const delivered = deliveries.filter(({ status }) => status === 'delivered').length;
  stage.print('');
  stage.print(
    `After ${(ms / 1000).toFixed(1)} s: ${delivered} of ${deliveries.length} deliveries delivered with ${attempts} attempts; ` +
      `${receivers.verified} signatures verified, ${receivers.refused} refused.`,
  );
}

async function mendAndRedrive(
  stage: Stage,
  api: DemoApi,
  receivers: Receivers,
  table: LiveTable,
): Promise<void> {
  const letters = await api.deadLetters(stage.account);
  const [letter] = letters;
  if (!letter || letters.length !== 1)
    throw new Error(`There should be one dead letter; there are ${letters.length}.`);
  const codes = letter.attempts.map(({ statusCode }) => statusCode).join(', ');
  stage.print(`One dead letter: ${letter.id}`);
  stage.print(`  ${letter.attempts.length} attempts, answered ${codes}; reason: ${letter.reason}.`);
  stage.print('Mending the dead receiver, and redriving: POST /v1/dead-letters/redrive');
  receivers.mend();
  await api.call('POST', '/dead-letters/redrive', { filter: { account: stage.account } });
  const all = await watch(api, stage.account, table, (now) =>
    now.every(({ status }) => status === 'delivered'),
  );
  const again = all.find(({ id }) => id === letter.id);
  const ids = new Set(receivers.deadSaw);
  if (ids.size !== 1)
    throw new Error(`The receiver should have seen one webhook-id; it saw ${[...ids].join(', ')}.`);
  stage.print('');
  stage.print(
    `Delivered at attempt ${again?.attempts.length ?? 0}, with the same webhook-id on every try: ${[...ids].join('')}. Nothing is pending, nothing is dead.`,
  );
}
