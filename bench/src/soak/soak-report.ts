/** What a run found, as text. */
import type { SoakResult } from './soak.ts';
import { JUDGED_FROM, MOST_GROWTH, judge, sampleAt } from './verdict.ts';

const SHARES = [0.1, 0.25, 0.5, 0.75, 1];
const NAME_WIDTH = 32;

/** The table, and whether everything is as it should be. `asked`: of the command. */
export function soakReport(
  asked: { deliveries: number; origins: number },
  result: SoakResult,
): { text: string; isGood: boolean } {
  const { growth, isFlat } = judge(result.samples, result.deliveries);
  const isFinished = result.deliveries >= asked.deliveries;
  const isComplete = result.left === 0 && result.received >= result.deliveries;
  const rows: [string, string][] = [
    ['deliveries', whole(result.deliveries)],
    ['received, with repeats', whole(result.received)],
    ['left', whole(result.left)],
    ['origins', whole(asked.origins)],
    ['seconds', result.seconds.toFixed(1)],
    ['deliveries/s', whole(result.deliveries / result.seconds)],
    ...SHARES.map((share): [string, string] => [`memory at ${share * 100} %`, memoryAt(result, share)]),
    ['growth, 2nd to last quarter', growth === null ? '–' : `${((growth - 1) * 100).toFixed(1)} %`],
    ['most open sockets', whole(Math.max(...result.samples.map(({ sockets }) => sockets)))],
    ['connections after idling', whole(result.connectionsAfter)],
    ['pools of origins after idling', whole(result.poolsAfter)],
  ];
  const lines = rows.map(([name, value]) => name.padEnd(NAME_WIDTH) + value.padStart(12));
  if (!isFinished) lines.push(`The time was over before ${whole(asked.deliveries)} deliveries were emitted.`);
  if (!isComplete) lines.push('Not everything was delivered.');
  lines.push(verdictLine(isFlat));
  return { text: `${lines.join('\n')}\n`, isGood: isFinished && isComplete && isFlat !== false };
}

function verdictLine(isFlat: boolean | null): string {
  const bound = `at most ${Math.round((MOST_GROWTH - 1) * 100)} % from the second quarter to the last`;
  if (isFlat === null) return `Memory: not judged; it takes ${whole(JUDGED_FROM)} deliveries or more.`;
  return isFlat ? `Memory: flat (${bound}).` : `Memory: NOT flat (it may grow by ${bound}).`;
}

function memoryAt({ samples, deliveries }: SoakResult, share: number): string {
  const sample = sampleAt(samples, deliveries, share);
  return sample === null ? '–' : `${(sample.rssBytes / 2 ** 20).toFixed(0)} MiB`;
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}
