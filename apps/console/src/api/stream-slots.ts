/**
 * A browser opens six connections to a server over HTTP/1.1, for all its tabs together, and a stream keeps one for
 * itself. So only a few tabs at a time have a stream; the others wait their turn.
 */

/** How many streams the tabs of one browser have together. The rest of the six connections is for everything else. */
const SLOTS = 3;
const NAME = 'hooklane-stream-';

/**
 * Calls `onTaken` when a slot is ours, and gives it back when `signal` ends; the browser gives back what a closed tab had.
 * Over plain http to another machine a browser has no Web Locks: there every tab in sight has a slot.
 */
export function takeStreamSlot(signal: AbortSignal, onTaken: () => void): void {
  if (navigator.locks === undefined) {
    onTaken();
    return;
  }
  const taken = new AbortController();
  const waiting = AbortSignal.any([signal, taken.signal]);
  const hold = async (): Promise<void> => {
    // Two may come free at the same moment.
    if (waiting.aborted) return;
    taken.abort();
    onTaken();
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  };
  for (let slot = 0; slot < SLOTS; slot += 1) {
    // It rejects when one has stopped waiting.
    navigator.locks.request(`${NAME}${slot}`, { signal: waiting }, hold).catch(() => undefined);
  }
}
