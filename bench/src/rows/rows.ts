/** All rows, in the order in which they are measured and shown. */
import { FAN_OUT_1, FAN_OUT_10 } from '../workload.ts';
import type { Workload } from '../workload.ts';
import { baseline } from './baseline.ts';
import { ceiling } from './ceiling.ts';
import { hooklane } from './hooklane.ts';
import type { Row } from './row.ts';

/** The ratios for which the benchmark is there; the smoke form measures no others. */
export const MAIN_ROWS: readonly Row[] = [
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

/** The rows. */
export const ROWS: readonly Row[] = [
  ...MAIN_ROWS,
  ...webhookRows(),
  ...bodyRows(),
  ...workerRows(),
  ...secureRows(),
];
