/**
 * How full Redis may get. Beyond 80 % of the budget the bodies and headers of failed answers are no longer kept, beyond 90 % no
 * new event is taken; what was accepted goes on. Each bound is left again 5 % below it, so that nothing flickers.
 */
/** `ok`; `shed`: answers of receivers are not kept; `refuse`: new events are refused as well. */
export type MemoryLevel = 'ok' | 'shed' | 'refuse';

/** How full Redis is. */
export interface MemoryReport {
  usedBytes: number;
  /** `HOOKLANE_REDIS_BUDGET`, else `maxmemory`; 0: no bound. */
  budgetBytes: number;
  level: MemoryLevel;
}

const SHED_FROM = 0.8;
const REFUSE_FROM = 0.9;
const BACK = 0.05;

/** The level for a share of the budget, coming from another one. */
export function nextLevel(level: MemoryLevel, share: number): MemoryLevel {
  if (share >= REFUSE_FROM || (level === 'refuse' && share >= REFUSE_FROM - BACK)) return 'refuse';
  if (share >= SHED_FROM || (level !== 'ok' && share >= SHED_FROM - BACK)) return 'shed';
  return 'ok';
}

/** One sentence for an operator; null: nothing to say. */
export function memorySentence({ usedBytes, budgetBytes, level }: MemoryReport): string | null {
  if (level === 'ok') return null;
  const used = `Redis uses ${mebibytes(usedBytes)} of ${mebibytes(budgetBytes)} MiB`;
  return level === 'shed'
    ? `${used}: answers of receivers are not kept.`
    : `${used}: new events are refused until it is below ${Math.round((REFUSE_FROM - BACK) * 100)} %; what was accepted is delivered.`;
}

function mebibytes(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(bytes < 100 * 2 ** 20 ? 1 : 0);
}

/** The budget of one process. */
export class MemoryBudget {
  level: MemoryLevel = 'ok';
  readonly #budgetBytes: number;

  /** `budgetBytes` 0: that of Redis itself. */
  constructor(budgetBytes: number) {
    this.#budgetBytes = budgetBytes;
  }

  /** Judges by the text of INFO, and remembers the level. */
  judge(info: string): MemoryReport {
    const field = (name: string): number => Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1] ?? 0);
    // What Redis itself counts against maxmemory: not the buffers of replicas and of the append-only file.
    const usedBytes = Math.max(0, field('used_memory') - field('mem_not_counted_for_evict'));
    const budgetBytes = this.#budgetBytes || field('maxmemory');
    this.level = budgetBytes === 0 ? 'ok' : nextLevel(this.level, usedBytes / budgetBytes);
    return { usedBytes, budgetBytes, level: this.level };
  }
}
