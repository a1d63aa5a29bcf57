/** The gauges of what all programs share in Redis; read when somebody scrapes. */
import { Gauge } from '@prometheus-io/client';
import type { Registry } from '@prometheus-io/client';
import { withDeadline } from './with-deadline.ts';

/** What a lane waits for: `healthy`: for us, `slow`: for an endpoint that answers slowly, `open`: for one that is down. */
const LANE_STATES = ['healthy', 'slow', 'open'] as const;

/** How full Redis is by its budget: docs/memory.md. */
const MEMORY_LEVELS = ['ok', 'shed', 'refuse'] as const;

const JOB_STATES = ['waiting', 'active', 'delayed', 'failed'] as const;

/** What waits in lanes of one state. */
interface LaneBacklog {
  /** Deliveries: due, being tried, or waiting for a retry. */
  waiting: number;
  /** Of these, the ones that could go now. */
  due: number;
  /** How long the oldest of those that are due has been due, ms. */
  oldestDueAgeMs: number;
}

/** What waits in Redis. */
export interface Backlog {
  byLane: Record<(typeof LANE_STATES)[number], LaneBacklog>;
  /** Lanes with work. */
  lanes: number;
  openLanes: number;
  slowLanes: number;
  deadLetters: number;
  /** Jobs by queue; the names are ours and few. */
  queues: Readonly<Record<string, Readonly<Record<(typeof JOB_STATES)[number], number>>>>;
  redis: {
    usedMemoryBytes: number;
    /** 0: no limit. */
    maxMemoryBytes: number;
    memory: {
      /** 0: no bound. */
      budgetBytes: number;
      level: (typeof MEMORY_LEVELS)[number];
    };
  };
}

/** Reads the backlog. */
export type ReadBacklog = () => Promise<Backlog>;

/** A scrape does not wait longer for Redis than this. */
const READ_DEADLINE_MS = 2000;

/** The gauges; they show nothing until a source is set and answers. */
export function createBacklogGauges(registry: Registry): {
  setSource(read: ReadBacklog): void;
  refresh(): Promise<void>;
} {
  const gauges = [laneGauges(registry), plainGauges(registry), memoryGauge(registry), queueGauge(registry)];
  const up = new Gauge({
    name: 'hooklane_redis_up',
    help: 'Whether Redis answered this program within 2 s, 1 or 0.',
    registers: [registry],
  });
  up.remove();
  let source: ReadBacklog | null = null;
  return {
    setSource: (read) => {
      source = read;
    },
    refresh: async () => {
      if (source === null) return;
      const backlog = await withDeadline(source(), READ_DEADLINE_MS).catch(() => null);
      up.set(backlog === null ? 0 : 1);
      // An old number would be a lie.
      for (const gauge of gauges) gauge(backlog);
    },
  };
}

/** Shows a backlog, or nothing. */
type Show = (backlog: Backlog | null) => void;

function laneGauges(registry: Registry): Show {
  const gauge = (name: string, help: string): Gauge<'lane'> =>
    new Gauge({ name, help, labelNames: ['lane'], registers: [registry] });
  const waiting = gauge(
    'hooklane_backlog_deliveries',
    'Deliveries in lanes: due, being tried, or waiting for a retry.',
  );
  const due = gauge('hooklane_due_deliveries', 'Deliveries in lanes that are due now.');
  const oldest = gauge('hooklane_oldest_due_age_seconds', 'How long the oldest due delivery has been due.');
  return (backlog) => {
    for (const each of [waiting, due, oldest]) each.reset();
    if (backlog === null) return;
    for (const lane of LANE_STATES) {
      const counts = backlog.byLane[lane];
      waiting.set({ lane }, counts.waiting);
      due.set({ lane }, counts.due);
      oldest.set({ lane }, counts.oldestDueAgeMs / 1000);
    }
  };
}

function plainGauges(registry: Registry): Show {
  const gauge = (name: string, help: string, value: (backlog: Backlog) => number) => {
    const made = new Gauge({ name, help, registers: [registry] });
    made.remove();
    return (backlog: Backlog | null) => (backlog === null ? made.remove() : made.set(value(backlog)));
  };
  const all = [
    gauge('hooklane_lanes', 'Lanes that have work now or later.', ({ lanes }) => lanes),
    gauge('hooklane_open_lanes', 'Lanes whose breaker is open.', ({ openLanes }) => openLanes),
    gauge('hooklane_slow_lanes', 'Lanes whose endpoint answers slowly.', ({ slowLanes }) => slowLanes),
    gauge('hooklane_dead_letters', 'Open dead letters.', ({ deadLetters }) => deadLetters),
    gauge(
      'hooklane_redis_used_memory_bytes',
      'Memory that Redis uses.',
      ({ redis }) => redis.usedMemoryBytes,
    ),
    gauge(
      'hooklane_redis_max_memory_bytes',
      'Memory that Redis may use; 0: no limit.',
      ({ redis }) => redis.maxMemoryBytes,
    ),
    gauge(
      'hooklane_redis_memory_budget_bytes',
      'HOOKLANE_REDIS_BUDGET, else maxmemory; 0: no limit.',
      ({ redis }) => redis.memory.budgetBytes,
    ),
  ];
  return (backlog) => {
    for (const show of all) show(backlog);
  };
}

function memoryGauge(registry: Registry): Show {
  const level = new Gauge({
    name: 'hooklane_redis_memory_level',
    help: 'What is done without because Redis is full: 1 for the present level, 0 for the others.',
    labelNames: ['level'],
    registers: [registry],
  });
  return (backlog) => {
    level.reset();
    if (backlog === null) return;
    for (const each of MEMORY_LEVELS) level.set({ level: each }, backlog.redis.memory.level === each ? 1 : 0);
  };
}

function queueGauge(registry: Registry): Show {
  const jobs = new Gauge({
    name: 'hooklane_queue_jobs',
    help: 'Jobs in the queues; one of the queue events carries up to 32 events.',
    labelNames: ['queue', 'state'],
    registers: [registry],
  });
  return (backlog) => {
    jobs.reset();
    for (const [queue, counts] of Object.entries(backlog?.queues ?? {})) {
      for (const state of JOB_STATES) jobs.set({ queue, state }, counts[state]);
    }
  };
}
