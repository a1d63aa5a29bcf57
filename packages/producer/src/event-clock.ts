/** Times and ids of one producer. Events are tried in the order of their times and places, so these only grow. */
import { randomBytes } from 'node:crypto';
import { ID_RANDOM_BYTES, MAX_ORDER, eventIdFrom } from '@hooklane/core';
import type { AcceptanceSources, Tick } from './accept-event.ts';

/**
 * What {@link acceptEvent} needs. `now`: ms since the epoch, default `Date.now`; a clock that is set back stands still
 * instead. `newId` defaults to ids that increase strictly, also within one millisecond.
 */
export function eventSources(
  options: { now?: (() => number) | undefined; newId?: (() => string) | undefined } = {},
): AcceptanceSources {
  const read = options.now ?? Date.now;
  let latest = { acceptedAt: 0, order: 0 };
  return {
    tick: () => (latest = after(latest, read())),
    placeOf: placesById(),
    newId: options.newId ?? increasingIds(),
  };
}

/** The next time and place; a millisecond that is full borrows from the next one. */
function after(latest: Tick, now: number): Tick {
  if (now > latest.acceptedAt) return { acceptedAt: now, order: 0 };
  if (latest.order < MAX_ORDER) return { ...latest, order: latest.order + 1 };
  return { acceptedAt: latest.acceptedAt + 1, order: 0 };
}

/**
 * Members of the same score stand by the bytes of their ids: as long as these grow within a millisecond, as our own do, they say the
 * place themselves, and all have the first one. From the first that does not on, each place of that millisecond is told.
 */
function placesById(): (tick: Tick, id: string) => number {
  let at = -1;
  let largest = '';
  let isTold = false;
  return ({ acceptedAt, order }, id) => {
    if (acceptedAt !== at) {
      at = acceptedAt;
      largest = '';
      isTold = false;
    }
    if (id <= largest) isTold = true;
    largest = id;
    return isTold ? order : 0;
  };
}

/** A ULID of the same millisecond is the one before it plus one (github.com/ulid/spec, "Monotonicity"). */
function increasingIds(): (now: number) => string {
  let time = -1;
  let random: Uint8Array = new Uint8Array();
  return (now) => {
    if (now > time) {
      time = now;
      random = randomBytes(ID_RANDOM_BYTES);
    } else if (!increment(random)) {
      // Once in 2^80; the next millisecond has room.
      time += 1;
    }
    return eventIdFrom(time, random);
  };
}

/** Adds one to a number of big-endian bytes; false when it began anew at zero. */
function increment(bytes: Uint8Array): boolean {
  for (let i = bytes.length - 1; i >= 0; i -= 1) {
    const sum = (bytes[i] ?? 0) + 1;
    bytes[i] = sum;
    if (sum < 256) return true;
  }
  return false;
}
