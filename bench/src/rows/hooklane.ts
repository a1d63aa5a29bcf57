/** Hooklane itself: built workers, fed through the published producer, drain a backlog. */
import { mostDeliveries } from '../workload.ts';
import type { Workload } from '../workload.ts';
import { createWebhooks, deliveriesLeft, fill, openWorld } from './hooklane-world.ts';
import { COSTS, RATE, measureSending } from './measure-sending.ts';
import type { Measured, Row, Setting } from './row.ts';

/** What is varied. */
export interface Variation {
  /** Behind `hooklane`. */
  name: string;
  workload: Workload;
  /** Worker processes; 1 when missing. */
  workers?: number;
  /** HTTPS; false when missing. */
  secure?: boolean;
  /** The processes have just been started; false when missing. */
  cold?: boolean;
  /** Names of rows. */
  comparedWith: readonly string[];
}

/** The row of a variation. */
export function hooklane(variation: Variation): Row {
  return {
    name: `hooklane ${variation.name}`,
    group: 'throughput',
    figures: [RATE, ...COSTS],
    comparedWith: variation.comparedWith,
    most: mostDeliveries(variation.workload),
    secure: variation.secure ?? false,
    measure: (setting) => measure(setting, variation),
  };
}

async function measure(
  setting: Setting,
  { workload, workers = 1, secure = false, cold = false }: Variation,
): Promise<Measured> {
  await using world = await openWorld(setting);
  const { redis, store } = world;
  await createWebhooks(store, workload, secure ? setting.receiver.secureOrigin : setting.receiver.origin);
  return await measureSending(setting, {
    deliveries: setting.deliveries,
    fill: (deliveries) => fill(redis.url, workload, deliveries),
    senders: Array.from({ length: workers }, () => world.worker()),
    redis: redis.client,
    pending: () => deliveriesLeft(store),
    cold,
  });
}
