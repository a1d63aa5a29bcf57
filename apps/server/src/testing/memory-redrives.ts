/** Bulk actions in memory, for tests of handlers. */
import type { Ports, RedriveJob } from '../ports.ts';

const NOW = Date.UTC(2026, 0, 2, 3, 4, 5);

/** Bulk actions. */
export function redriveStore(state: { redrives: Map<string, RedriveJob> }): Ports['redrives'] {
  return {
    async createRedrive(job) {
      const id = `rd_${state.redrives.size}`;
      const created: RedriveJob = { ...job, id, state: 'waiting', done: 0, createdAt: NOW, finishedAt: null };
      state.redrives.set(id, created);
      return created;
    },
    listRedrives: async () => [...state.redrives.values()].toReversed(),
    getRedrive: async (id) => state.redrives.get(id) ?? null,
  };
}
