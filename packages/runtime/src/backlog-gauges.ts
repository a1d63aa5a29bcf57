/** The gauges that describe what waits in Redis; read when somebody scrapes. */
import { Gauge } from '@prometheus-io/client';
import type { Registry } from '@prometheus-io/client';
import { withDeadline } from './with-deadline.ts';

/** What waits in Redis. */
export interface Backlog {
  /** Deliveries in lanes. */
  waiting: number;
  /** How long the oldest of those that are due has been due, ms. */
  oldestDueAgeMs: number;
  openLanes: number;
  deadLetters: number;
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
  const gauge = (name: string, help: string): Gauge => new Gauge({ name, help, registers: [registry] });
  const waiting = gauge('hooklane_backlog_deliveries', 'Deliveries that wait in lanes.');
  const oldest = gauge('hooklane_oldest_due_age_seconds', 'How long the oldest due delivery has been due.');
  const open = gauge('hooklane_open_lanes', 'Lanes whose breaker is open.');
  const dead = gauge('hooklane_dead_letters', 'Open dead letters.');
  const clear = (): void => [waiting, oldest, open, dead].forEach((each) => each.remove());
  const show = (backlog: Backlog): void => {
    waiting.set(backlog.waiting);
    oldest.set(backlog.oldestDueAgeMs / 1000);
    open.set(backlog.openLanes);
    dead.set(backlog.deadLetters);
  };
  let source: ReadBacklog | null = null;
  clear();
  return {
    setSource: (read) => {
      source = read;
    },
    refresh: async () => {
      if (source === null) return;
      await withDeadline(source(), READ_DEADLINE_MS).then(show, clear);
    },
  };
}
