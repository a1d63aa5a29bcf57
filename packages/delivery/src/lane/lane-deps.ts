/** What a lane run needs of the world. */
import type { Notice, Settlement, WebhookTarget } from '@hooklane/core';
import type { BreakerPolicy } from './breaker.ts';
import type { DeadLetters, LaneStore, NoticeBoard, SlotQueue, TryLimit, Wakes } from './ports.ts';
import type { AttemptDeps } from './run-attempt.ts';

/** Beyond what an attempt needs. */
export interface LaneDeps extends AttemptDeps {
  lanes: LaneStore;
  wakes: Wakes;
  deadLetters: DeadLetters;
  notices: NoticeBoard;
  /** After how long every try must have failed before a webhook is disabled, ms; 0: never. What the store counts by. */
  disableAfterMs: number;
  breaker: BreakerPolicy;
  /** How long a run works before it goes to the back of the queue, ms. */
  sliceMs: number;
  /** How often a run with free window looks for more while tries are in flight, ms. */
  pollMs: number;
  /** How long results are gathered at least before they are written, ms; default 2. */
  gatherMs?: () => number;
  /** How many tries of all lanes are under way at a time; missing: as many as the lanes want. */
  tryLimit?: TryLimit;
  /** The lanes that wait for a slot like that of this run; missing: none does. */
  slotQueue?: SlotQueue;
  /** Waits between the tries to write results when Redis refuses, ms; default about 8 s in all. */
  writeRetryMs?: readonly number[];
  /** Hears of every settled try, for metrics and logs. Must not throw. */
  onSettled: (webhook: WebhookTarget, settlement: Settlement) => void;
  /** Hears of every notice that was written. Must not throw. */
  onNotice: (notice: Notice) => void;
  /** Hears of bugs; the delivery itself is kept. Must not throw. */
  onBug: (error: unknown) => void;
}
