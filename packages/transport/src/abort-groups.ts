/** Callers' abort signals, at one listener per signal however many requests share it. */

/** What can be stopped. */
export interface Abortable {
  onCallerAbort(): void;
}

/**
 * A shutdown signal is shared by every request in flight, and taking one of thousands of listeners off an
 * `AbortSignal` walks through them all. A set per signal does not.
 */
export class AbortGroups {
  readonly #groups = new WeakMap<AbortSignal, Set<Abortable>>();

  add(signal: AbortSignal, member: Abortable): void {
    let group = this.#groups.get(signal);
    if (group === undefined) {
      const members = new Set<Abortable>();
      signal.addEventListener('abort', () => stopAll(members), { once: true });
      this.#groups.set(signal, members);
      group = members;
    }
    group.add(member);
  }

  remove(signal: AbortSignal, member: Abortable): void {
    this.#groups.get(signal)?.delete(member);
  }
}

function stopAll(members: ReadonlySet<Abortable>): void {
  for (const member of members) member.onCallerAbort();
}
