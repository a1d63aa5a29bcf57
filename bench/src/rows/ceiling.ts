/** What this machine can send and receive at all: the same POSTs without a queue. */
import { fileURLToPath } from 'node:url';
import { CONNECTIONS, mostDeliveries } from '../workload.ts';
import type { Workload } from '../workload.ts';
import { COSTS, RATE, measureSending, warmUpOf } from './measure-sending.ts';
import type { Measured, Row, Setting } from './row.ts';

/** What the sending process is told. */
export interface CeilingTask {
  origin: string;
  /** Before it is continued (SIGCONT), and after. */
  warmUp: number;
  deliveries: number;
  connections: number;
  inFlight: number;
  /** Its bodies go out in turn. */
  workload: Workload;
}

/** What is varied. */
export interface CeilingVariation {
  name: string;
  workload: Workload;
  /** HTTPS; false when missing. */
  secure?: boolean;
}

/** A second request waits for each connection, so that none of them stands idle. The CPU time per request is the same with 32. */
const IN_FLIGHT = 2 * CONNECTIONS;

/** The row. */
export function ceiling(variation: CeilingVariation): Row {
  return {
    name: variation.name,
    group: 'throughput',
    figures: [RATE, ...COSTS],
    comparedWith: [],
    most: mostDeliveries(variation.workload),
    secure: variation.secure ?? false,
    measure: (setting) => measure(setting, variation),
  };
}

function measure(setting: Setting, { workload, secure = false }: CeilingVariation): Promise<Measured> {
  const { deliveries, receiver } = setting;
  const task: CeilingTask = {
    origin: secure ? receiver.secureOrigin : receiver.origin,
    warmUp: warmUpOf(deliveries),
    deliveries,
    connections: CONNECTIONS,
    inFlight: IN_FLIGHT,
    workload,
  };
  const program = fileURLToPath(new URL('./ceiling-program.ts', import.meta.url));
  const env = { ...process.env, ...(secure ? { NODE_EXTRA_CA_CERTS: receiver.caFile ?? '' } : {}) };
  return measureSending(setting, {
    deliveries,
    fill: (count) => Promise.resolve(count),
    senders: [{ name: 'ceiling', args: [program, JSON.stringify(task)], env }],
    redis: null,
    pending: () => Promise.resolve(0),
  });
}
