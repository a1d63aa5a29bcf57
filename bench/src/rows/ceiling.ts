/** What this machine can send and receive at all: the same POSTs without a queue. */
import { fileURLToPath } from 'node:url';
import { CONNECTIONS, FAN_OUT_10, eventBodies, webhookPath } from '../workload.ts';
import { RATE, COSTS, measureSending } from './measure-sending.ts';
import type { Row } from './row.ts';

/** What the sending process is told. */
export interface CeilingTask {
  origin: string;
  deliveries: number;
  connections: number;
  inFlight: number;
  /** In turn. */
  posts: { path: string; body: string }[];
}

/** A second request waits for each connection, so that none of them stands idle. The CPU time per request is the same with 32. */
const IN_FLIGHT = 2 * CONNECTIONS;

/** The row. */
export const ceiling: Row = {
  name: 'ceiling',
  figures: [RATE, ...COSTS],
  comparedWith: [],
  measure(setting) {
    const { deliveries, receiver } = setting;
    const task: CeilingTask = {
      origin: receiver.origin,
      deliveries,
      connections: CONNECTIONS,
      inFlight: IN_FLIGHT,
      posts: eventBodies(FAN_OUT_10).map((body, application) => ({
        path: webhookPath(application, 0),
        body,
      })),
    };
    const program = fileURLToPath(new URL('./ceiling-program.ts', import.meta.url));
    return measureSending(setting, {
      deliveries,
      senders: [{ name: 'ceiling', args: [program, JSON.stringify(task)] }],
      redis: null,
      pending: () => Promise.resolve(0),
    });
  },
};
