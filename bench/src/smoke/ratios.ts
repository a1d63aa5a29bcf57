/**
 * The ratios that the tests hold. They are such as a busy machine, or another one, hardly changes: processor time instead of rates, against
 * that of the same program in the same round (Node with undici alone, Redis under the baseline); and what Redis is asked for a
 * delivery. Each is better when it is larger.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { MeasuredRow } from '../report.ts';
import { summarize } from '../statistics.ts';

/** Name → ratio. What the machine does not tell is missing. */
export type Ratios = Readonly<Record<string, number>>;

/** The rows that they come from. */
export const SMOKE_ROWS = /^(ceiling|(baseline|hooklane) fan-out 10)$/;
/** After half as many for the compiler of Node; the same for both, as it costs both. */
export const SMOKE_DELIVERIES = 10_000;

/** A ratio may be as small as this share of the recorded one. */
const LEAST_SHARE = 2 / 3;

const FILE = fileURLToPath(new URL('./recorded.json', import.meta.url));

/** Of one round. */
export function ratiosOf(measured: readonly MeasuredRow[], round: number): Ratios {
  const of = (name: string, key: string): number => {
    const row = measured.find((one) => one.row.name === name);
    return row?.rounds[round]?.[key] ?? Number.NaN;
  };
  const own = (key: string): number => of('hooklane fan-out 10', key);
  const all = {
    'ceiling CPU / worker CPU': of('ceiling', 'senderCpu') / own('senderCpu'),
    'Redis CPU of the baseline / Redis CPU': of('baseline fan-out 10', 'redisCpu') / own('redisCpu'),
    'deliveries / Redis command': 1 / own('commands'),
    'deliveries / KiB of Redis traffic': 1024 / own('redisBytes'),
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => Number.isFinite(value)));
}

/** Of several rounds: one that was disturbed does not count, nor one that was lucky. */
export function mediansOf(rounds: readonly Ratios[]): Ratios {
  const names = Object.keys(rounds[0] ?? {});
  const median = (name: string): number => summarize(rounds.flatMap((round) => round[name] ?? [])).median;
  return Object.fromEntries(names.map((name) => [name, median(name)]));
}

/** Ratios that fell by more than a third, in words; those that were not measured are none of them. */
export function fallen(ratios: Ratios, recorded: Ratios): string[] {
  return Object.entries(recorded).flatMap(([name, value]) => {
    const now = ratios[name];
    if (now === undefined || now >= value * LEAST_SHARE) return [];
    return [`${name} is ${now.toPrecision(3)}, recorded is ${value.toPrecision(3)}`];
  });
}

/** What was recorded last. */
export async function readRecorded(): Promise<Ratios> {
  return JSON.parse(await readFile(FILE, 'utf8')) as Ratios;
}

/** Records them. */
export async function writeRecorded(ratios: Ratios): Promise<void> {
  const rounded = Object.entries(ratios).map(
    ([name, value]) => [name, Number(value.toPrecision(3))] as const,
  );
  await writeFile(FILE, `${JSON.stringify(Object.fromEntries(rounded), null, 2)}\n`);
}
