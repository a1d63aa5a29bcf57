/**
 * Hooklane as a few queues: events wait to be dispatched, in batches; what is due waits in lanes; each worker runs some lanes
 * at a time; every step costs processor time of a worker and of Redis. Nothing else of it is here: no wall time of
 * networks, no disk, no pauses of the garbage collector.
 */
import type { Costs, Steps } from './steps.ts';
import { Processors } from './processors.ts';
import type { Machine } from './processors.ts';

/** What is simulated: one shard. */
export interface Scenario {
  costs: Costs;
  machine: Machine;
  workers: number;
  fanOut: number;
  webhooks: number;
  events: number;
  /** Events per second; null: all wait at the beginning. */
  rate: number | null;
}

/** What came of it. */
export interface Outcome {
  deliveriesPerSec: number;
  /** ms from when an event was due to its receipt, without those of the first tenth. */
  latencies: number[];
  /** µs of processor time per delivery. */
  workerCpu: number;
  redisCpu: number;
}

/** As the product has them: `MAX_EVENTS_PER_JOB`, `EVENT_JOBS_AT_ONCE`, `HOOKLANE_LANE_SLOTS`, the default of `maxInFlight`. */
const EVENTS_PER_BATCH = 32;
const EVENT_JOBS = 16;
const LANE_SLOTS = 64;
const WINDOW = 32;

/** Simulates it, from the first event to the last receipt. */
export function simulate(scenario: Scenario): Outcome {
  return new Simulation(scenario).run();
}

interface Lane {
  /** The times of the events that are due. */
  due: Queue<number>;
  /** It waits for a worker, or has one. */
  isTaken: boolean;
}

class Simulation {
  readonly #scenario: Scenario;
  readonly #processors: Processors;
  /** The times of events that wait to be dispatched. */
  readonly #events = new Queue<number>();
  readonly #lanes: Lane[];
  readonly #queuedLanes = new Queue<Lane>();
  readonly #freeLaneSlots: number[];
  readonly #freeEventJobs: number[];
  readonly #latencies: number[] = [];
  #application = 0;

  constructor(scenario: Scenario) {
    this.#scenario = scenario;
    this.#processors = new Processors(scenario.machine);
    this.#lanes = Array.from({ length: scenario.webhooks }, () => ({ due: new Queue(), isTaken: false }));
    this.#freeLaneSlots = Array.from({ length: scenario.workers }, () => LANE_SLOTS);
    this.#freeEventJobs = Array.from({ length: scenario.workers }, () => EVENT_JOBS);
  }

  run(): Outcome {
    const { events, rate, fanOut, workers } = this.#scenario;
    const processors = this.#processors;
    for (let index = 0; index < events; index += 1) {
      const at = rate === null ? 0 : (index * 1e6) / rate;
      if (rate === null) this.#events.push(at);
      else processors.at(at, () => this.#emit(at));
    }
    this.#dispatch();
    processors.finish();
    const deliveries = events * fanOut;
    const names = Array.from({ length: workers }, (_, index) => `worker ${index}`);
    return {
      deliveriesPerSec: (deliveries / processors.now) * 1e6,
      latencies: this.#latencies.slice(Math.floor(this.#latencies.length / 10)),
      workerCpu: names.reduce((sum, name) => sum + processors.used(name), 0) / deliveries,
      redisCpu: processors.used('redis') / deliveries,
    };
  }

  #emit(at: number): void {
    this.#events.push(at);
    this.#dispatch();
  }

  /** Workers take batches of events while they have room for them. */
  #dispatch(): void {
    while (this.#events.length > 0) {
      const worker = mostFree(this.#freeEventJobs);
      if (!take(this.#freeEventJobs, worker)) return;
      const batch = this.#events.shift(EVENTS_PER_BATCH);
      const name = `worker ${worker}`;
      const cost = (of: Steps, ...idle: string[]): number =>
        of.job + this.#wakes(idle) * of.wake + batch.length * of.event;
      const { costs } = this.#scenario;
      const ofRedis = cost(costs.redis, name, 'redis');
      this.#processors.run(name, cost(costs.worker, name), () =>
        this.#processors.run('redis', ofRedis, () => {
          for (const event of batch) this.#fanOut(event);
          give(this.#freeEventJobs, worker);
          this.#runLanes();
          this.#dispatch();
        }),
      );
    }
  }

  /** 1 when all of these have nothing to do at the moment, so that they must be woken. */
  #wakes(programs: readonly string[]): 0 | 1 {
    return programs.some((program) => this.#processors.isBusy(program)) ? 0 : 1;
  }

  #fanOut(event: number): void {
    const { fanOut, webhooks } = this.#scenario;
    const applications = Math.max(1, Math.floor(webhooks / fanOut));
    const first = (this.#application++ % applications) * fanOut;
    for (const lane of this.#lanes.slice(first, first + fanOut)) {
      lane.due.push(event);
      if (lane.isTaken) continue;
      lane.isTaken = true;
      this.#queuedLanes.push(lane);
    }
  }

  #runLanes(): void {
    while (this.#queuedLanes.length > 0) {
      const worker = mostFree(this.#freeLaneSlots);
      if (!take(this.#freeLaneSlots, worker)) return;
      for (const lane of this.#queuedLanes.shift(1)) this.#turn(lane, worker, 1);
    }
  }

  /** Takes what is due, sends it and settles it; goes on while more is due. `jobs`: 1 for the first turn of a run. */
  #turn(lane: Lane, worker: number, jobs: 0 | 1): void {
    const { costs } = this.#scenario;
    const processors = this.#processors;
    const batch = lane.due.shift(WINDOW);
    const name = `worker ${worker}`;
    // Half of it before the receipt and half after: take and post, settle and end.
    const half = (of: Steps, ...idle: string[]): number =>
      (jobs * (of.job + this.#wakes(idle) * of.wake) + batch.length * of.delivery) / 2;
    const [ofWorker, ofRedis] = [half(costs.worker, name), half(costs.redis, name, 'redis')];
    const settled = (): void => {
      if (lane.due.length > 0) return this.#turn(lane, worker, 0);
      lane.isTaken = false;
      give(this.#freeLaneSlots, worker);
      this.#runLanes();
    };
    processors.run('redis', ofRedis, () =>
      processors.run(name, ofWorker, () =>
        processors.run('receiver', costs.receiver * batch.length, () => {
          for (const at of batch) this.#latencies.push((processors.now - at) / 1000);
          processors.run(name, ofWorker, () => processors.run('redis', ofRedis, settled));
        }),
      ),
    );
  }
}

function mostFree(slots: readonly number[]): number {
  return slots.reduce((best, free, at) => (free > (slots[best] ?? 0) ? at : best), 0);
}

/** First in, first out, without moving what is left. */
class Queue<Item> {
  #items: Item[] = [];
  #first = 0;

  get length(): number {
    return this.#items.length - this.#first;
  }

  push(item: Item): void {
    this.#items.push(item);
  }

  shift(most: number): Item[] {
    const taken = this.#items.slice(this.#first, this.#first + most);
    this.#first += taken.length;
    if (this.#first === this.#items.length) {
      this.#items = [];
      this.#first = 0;
    }
    return taken;
  }
}

function take(slots: number[], at: number): boolean {
  const free = slots[at] ?? 0;
  if (free === 0) return false;
  slots[at] = free - 1;
  return true;
}

function give(slots: number[], at: number): void {
  slots[at] = (slots[at] ?? 0) + 1;
}
