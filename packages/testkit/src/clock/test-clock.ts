/** A clock that a test turns by hand. */

/** A clock that stands still until it is told. Pass `clock.now` where a `() => number` is asked for. */
export interface TestClock {
  /** The time, ms since 1970. Bound: it may be passed on by itself. */
  readonly now: () => number;
  /** Turns it on by so many ms; negative turns it back. */
  advance(ms: number): void;
  /** Turns it to this time, ms since 1970. */
  set(ms: number): void;
}

/** A Thursday in winter, 00:00 UTC: far from any change of the clocks. */
const DEFAULT_START = Date.UTC(2026, 0, 1);

/** Makes a clock that shows `start` (ms since 1970; 2026-01-01T00:00Z when missing). */
export function createTestClock(start: number = DEFAULT_START): TestClock {
  let time = start;
  return {
    now: () => time,
    advance: (ms) => {
      time += ms;
    },
    set: (ms) => {
      time = ms;
    },
  };
}
