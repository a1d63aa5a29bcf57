/** All rows, in the order in which they are measured and shown. */
import { FAN_OUT_1, FAN_OUT_10 } from '../workload.ts';
import type { Workload } from '../workload.ts';
import { baseline } from './baseline.ts';
import { ceiling } from './ceiling.ts';
import { hooklane } from './hooklane.ts';
import { latency } from './latency.ts';
import { outage } from './outage.ts';
import { producer } from './producer.ts';
import type { Row } from './row.ts';

/** The ratios for which the benchmark is there. */
const MAIN_ROWS: readonly Row[] = [
  ceiling({ name: 'ceiling', workload: FAN_OUT_10 }),
  baseline(FAN_OUT_1),
  baseline(FAN_OUT_10),
  ...[FAN_OUT_1, FAN_OUT_10].map((workload) =>
    hooklane({
      name: `fan-out ${workload.fanOut}`,
      workload,
      comparedWith: ['ceiling', `baseline fan-out ${workload.fanOut}`],
    }),
  ),
];

/** 1,000 webhooks in other groups, and other numbers of webhooks in the same. */
function webhookRows(): Row[] {
  const workloads: (Workload & { name: string })[] = [
    { name: 'fan-out 1, 1,000 webhooks', fanOut: 1, applications: 1000, bodyKiB: null },
    { name: 'fan-out 100', fanOut: 100, applications: 10, bodyKiB: null },
    { name: '1 webhook', fanOut: 1, applications: 1, bodyKiB: null },
    { name: '20 webhooks', fanOut: 10, applications: 2, bodyKiB: null },
    { name: '10,000 webhooks', fanOut: 10, applications: 1000, bodyKiB: null },
  ];
  return workloads.map(({ name, ...workload }) => hooklane({ name, workload, comparedWith: ['ceiling'] }));
}

/** Whoever starts more workers because a backlog grows gets this at first. */
const COLD_ROW = hooklane({
  name: 'fan-out 10, just started',
  workload: FAN_OUT_10,
  cold: true,
  comparedWith: ['hooklane fan-out 10'],
});

function bodyRows(): Row[] {
  return [8, 64].flatMap((bodyKiB) => {
    const [name, workload] = [`bodies of ${bodyKiB} KiB`, { ...FAN_OUT_10, bodyKiB }];
    const ceilingName = `ceiling ${name}`;
    return [
      ceiling({ name: ceilingName, workload }),
      hooklane({ name, workload, comparedWith: [ceilingName] }),
    ];
  });
}

function workerRows(): Row[] {
  return [2, 4].map((workers) => {
    const comparedWith = ['ceiling', 'hooklane fan-out 10'];
    return hooklane({ name: `${workers} workers`, workload: FAN_OUT_10, workers, comparedWith });
  });
}

function secureRows(): Row[] {
  const [workload, secure] = [FAN_OUT_10, true];
  return [
    ceiling({ name: 'ceiling HTTPS', workload, secure }),
    hooklane({ name: 'HTTPS', workload, secure, comparedWith: ['ceiling HTTPS'] }),
  ];
}

/** Each event goes to one of 1,000 webhooks. */
const EACH_TO_ONE: Workload = { fanOut: 1, applications: 1000, bodyKiB: null };

const LATENCY_ROWS: readonly Row[] = [100, 500, 1000].map((rate) =>
  latency({ name: `${rate.toLocaleString('en-US')} events/s`, rate, workload: EACH_TO_ONE }),
);

const PRODUCER_ROWS: readonly Row[] = [
  producer({ name: 'emit, 256 callers', through: 'producer', callers: 256 }),
  producer({ name: 'emit, 1 caller', through: 'producer', callers: 1 }),
  producer({ name: 'POST /v1/events, 64 callers', through: 'api', callers: 64 }),
  producer({ name: 'POST /v1/events, 1 caller', through: 'api', callers: 1 }),
];

/** What is measured when nothing else is said: what fits into about five minutes. */
const DEFAULT_ROWS: readonly Row[] = [...MAIN_ROWS, ...LATENCY_ROWS, ...PRODUCER_ROWS];

/** Every row. */
const ALL_ROWS: readonly Row[] = [
  ...MAIN_ROWS,
  COLD_ROW,
  ...webhookRows(),
  ...bodyRows(),
  ...workerRows(),
  ...secureRows(),
  ...LATENCY_ROWS,
  latency({ name: '500 events/s, fan-out 10', rate: 500, workload: FAN_OUT_10 }),
  latency({ name: '500 events/s, 4 workers', rate: 500, workload: EACH_TO_ONE, workers: 4 }),
  ...PRODUCER_ROWS,
  outage,
];

/** Which rows a run measures: a pattern chooses from all of them. */
export function chooseRows({ rows, all, smoke }: RowChoice): readonly Row[] {
  if (rows !== null) return ALL_ROWS.filter(({ name }) => rows.test(name));
  if (all) return ALL_ROWS;
  return smoke ? MAIN_ROWS : DEFAULT_ROWS;
}

/** What the command line says of rows. */
export interface RowChoice {
  /** Of their names; null: not given. */
  rows: RegExp | null;
  all: boolean;
  smoke: boolean;
}

/** The names of all rows, for messages. */
export function rowNames(): string[] {
  return ALL_ROWS.map(({ name }) => name);
}
