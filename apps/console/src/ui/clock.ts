/** One clock for the whole page: what shows a time that passes re-renders together, once a second. */
import { useSyncExternalStore } from 'react';

let second = Math.floor(Date.now() / 1000);
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | null = null;

/** The present second. */
export function useNow(): Date {
  return new Date(useSyncExternalStore(subscribe, () => second) * 1000);
}

/** Midnight of the present day, in the local zone. */
export function useDay(): Date {
  return new Date(useSyncExternalStore(subscribe, () => new Date(second * 1000).setHours(0, 0, 0, 0)));
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(tick, 250);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0 || timer === null) return;
    clearInterval(timer);
    timer = null;
  };
}

function tick(): void {
  const now = Math.floor(Date.now() / 1000);
  if (now === second) return;
  second = now;
  for (const listener of listeners) listener();
}
