/** What the steps of a delivery cost, taken from the result of a benchmark. */
import type { ResultRow } from '../report.ts';
import type { Machine } from './processors.ts';
import { simulate } from './simulate.ts';
import type { Outcome, Scenario } from './simulate.ts';
import type { Costs, Steps } from './steps.ts';

/** Reads medians of a result by name. Throws RangeError for one that is missing. */
export function reader(rows: readonly ResultRow[]): (name: string) => number {
  const medians = new Map(rows.map(({ name, median }) => [name, median]));
  return (name) => {
    const median = medians.get(name);
    if (median === undefined) throw new RangeError(`The result has no row "${name}".`);
    return median;
  };
}

/**
 * 0 to 1: what other work left of a core while the benchmark ran. The ceiling keeps one core busy all the time, so its
 * processor time per second says how much of it the machine gave.
 */
export function shareOfCore(rows: readonly ResultRow[]): number {
  const read = reader(rows);
  return Math.min(1, (read('ceiling') * read('ceiling: sender CPU')) / 1e6);
}

const ONE = 'hooklane fan-out 1, 1,000 webhooks';
const TEN = 'hooklane fan-out 10';
const QUIET = 'latency 100 events/s';
const LOADED = 'latency 1,000 events/s';
const [SENDER, REDIS] = ['sender CPU', 'Redis CPU'];

/** The figures that costs are fitted to; all others are there to hold the simulation against. */
export const CALIBRATION: readonly string[] = [ONE, TEN, QUIET, LOADED].flatMap((row) =>
  [SENDER, REDIS].map((label) => `${row}: ${label}`),
);

const DELIVERIES = 12_000;
const SECONDS = 4;
const STEPS_OF_FIT = 5;
const SHARES = [0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 1];

/**
 * Fits the costs to the processor time of four rows: backlogs of fan-out 1 and 10 tell event from delivery; 100 events per
 * second, where nothing is batched, tell what is shared otherwise; 1,000 tell how much of that is gone when the worker
 * is busy.
 */
export function costsFrom(rows: readonly ResultRow[], cores: number): Costs {
  const machine = { cores, share: shareOfCore(rows) };
  const fits = SHARES.map((share) => fit(rows, machine, share));
  return fits.reduce((best, one) => (one.error < best.error ? one : best)).costs;
}

interface Fit {
  costs: Costs;
  error: number;
}

/** Processor time of a part of the system per delivery, in the rows of {@link CALIBRATION}. */
interface Wanted {
  one: number;
  ten: number;
  quiet: number;
  loaded: number;
}

/** What is searched for; the rest follows from it. */
interface Guess {
  event: number;
  delivery: number;
}

const PARTS = ['worker', 'redis'] as const;
type Part = (typeof PARTS)[number];
type PerPart<Value> = Record<Part, Value>;

function perPart<Value>(of: (part: Part) => Value): PerPart<Value> {
  return { worker: of('worker'), redis: of('redis') };
}

/** `share`: of what a quiet event costs beside event and delivery, so much is the jobs and the rest is waking. */
function fit(rows: readonly ResultRow[], machine: Machine, share: number): Fit {
  const read = reader(rows);
  const wanted = perPart((part): Wanted => {
    const of = (row: string): number => read(`${row}: ${part === 'worker' ? SENDER : REDIS}`);
    return { one: of(ONE), ten: of(TEN), quiet: of(QUIET), loaded: of(LOADED) };
  });
  const receiver = read(`${TEN}: receiver CPU`);
  const costsOf = (guess: PerPart<Guess>): Costs => ({
    ...perPart((part) => stepsOf(guess[part], wanted[part].quiet, share)),
    receiver,
  });
  let guess = perPart((part) => correct({ event: 0, delivery: 0 }, wanted[part], { one: 0, ten: 0 }));
  for (let step = 0; step < STEPS_OF_FIT; step += 1) {
    const now = drain(costsOf(guess), machine);
    guess = perPart((part) => correct(guess[part], wanted[part], now[part]));
  }
  const costs = costsOf(guess);
  const drained = drain(costs, machine);
  const loaded = cpuOf(simulate({ ...base(machine), costs, fanOut: 1, events: 1000 * SECONDS, rate: 1000 }));
  const off = (simulated: number, measured: number): number => Math.abs(Math.log(simulated / measured));
  const errors = PARTS.map((part) => {
    const { one, ten } = drained[part];
    return off(one, wanted[part].one) + off(ten, wanted[part].ten) + off(loaded[part], wanted[part].loaded);
  });
  return { costs, error: errors.reduce((sum, error) => sum + error, 0) };
}

/** A quiet event is one batch and one run, each of which wakes the worker. */
function stepsOf({ event, delivery }: Guess, quiet: number, share: number): Steps {
  const shared = Math.max(0, quiet - event - delivery) / 2;
  return { job: shared * share, wake: shared * (1 - share), event, delivery };
}

/** In a backlog a delivery costs `delivery + event ÷ fan-out` more or less: what is missing at 1 and at 10 tells both. */
function correct(guess: Guess, wanted: Wanted, now: { one: number; ten: number }): Guess {
  const [missingOne, missingTen] = [wanted.one - now.one, wanted.ten - now.ten];
  const event = Math.max(0, guess.event + (missingOne - missingTen) / 0.9);
  return { event, delivery: Math.max(0, guess.delivery + missingTen - (event - guess.event) / 10) };
}

/** Backlogs of fan-out 1 and 10. */
function drain(costs: Costs, machine: Machine): PerPart<{ one: number; ten: number }> {
  const [one, ten] = [1, 10].map((fanOut) =>
    cpuOf(simulate({ ...base(machine), costs, fanOut, events: DELIVERIES / fanOut, rate: null })),
  ) as [PerPart<number>, PerPart<number>];
  return perPart((part) => ({ one: one[part], ten: ten[part] }));
}

function base(machine: Machine): Pick<Scenario, 'machine' | 'workers' | 'webhooks'> {
  return { machine, workers: 1, webhooks: 1000 };
}

function cpuOf({ workerCpu, redisCpu }: Outcome): PerPart<number> {
  return { worker: workerCpu, redis: redisCpu };
}
