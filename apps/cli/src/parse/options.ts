/** Readers of option values. What they refuse is a mistake in the command line. */
import { InvalidArgumentError } from '@commander-js/extra-typings';
import { formatDuration, parseDuration } from '@hooklane/core';

const DAY_MS = 24 * 3_600_000;

/** A duration such as `250ms`, `5s`, `5m`, `2h`; bounds in ms. */
export function durationOption(bounds: { min: number; max: number }): (text: string) => number {
  return (text) => {
    const ms = parseDuration(text);
    if (ms !== null && ms >= bounds.min && ms <= bounds.max) return ms;
    throw new InvalidArgumentError(
      `It must be ${formatDuration(bounds.min)} to ${formatDuration(bounds.max)}, such as 500ms, 30s, 5m or 2h.`,
    );
  };
}

/** A whole number. */
export function countOption(bounds: { min: number; max: number }): (text: string) => number {
  return (text) => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= bounds.min && value <= bounds.max) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${bounds.min} to ${bounds.max}.`);
  };
}

const SIZE_BYTES = { KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 } as const;

/** A size such as `64KiB`, `256MiB` or `1GiB`; bounds in bytes. */
export function sizeOption(bounds: { min: number; max: number }): (text: string) => number {
  return (text) => {
    const [, count, unit] = /^(\d{1,9})(KiB|MiB|GiB)$/.exec(text) ?? [];
    const bytes = Number(count) * SIZE_BYTES[unit as keyof typeof SIZE_BYTES];
    if (bytes >= bounds.min && bytes <= bounds.max) return bytes;
    throw new InvalidArgumentError('It must be 64KiB to 64GiB, such as 256MiB.');
  };
}

/** A moment as RFC 3339: a time, or how long ago (`90s`, `2h`, `7d`). `now` is ms since the epoch. */
export function momentOption(now: () => number): (text: string) => string {
  return (text) => {
    const days = /^(\d{1,6})d$/.exec(text);
    const ago = days === null ? parseDuration(text) : Number(days[1]) * DAY_MS;
    if (ago !== null && ago <= now()) return new Date(now() - ago).toISOString();
    if (
      /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/.test(text) &&
      !Number.isNaN(Date.parse(text))
    ) {
      return new Date(text).toISOString();
    }
    throw new InvalidArgumentError(
      'It must be a time such as 2026-11-23T22:00:00Z, or an age such as 90s, 2h or 7d.',
    );
  };
}

/** Statuses to answer, in order: `500,500,200`. */
export function statusListOption(text: string): number[] {
  const statuses = text.split(',').map((part) => Number(part.trim()));
  if (
    statuses.length <= 1000 &&
    statuses.every((status) => Number.isInteger(status) && status >= 200 && status <= 599)
  ) {
    return statuses;
  }
  throw new InvalidArgumentError(
    'It must be statuses from 200 to 599 with commas between, such as 500,500,200.',
  );
}
