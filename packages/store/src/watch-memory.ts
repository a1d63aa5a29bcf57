/** Looks again and again how full Redis is. */
import type { MemoryReport } from './memory-budget.ts';
import type { StoreContext } from './store-context.ts';

/** How often a watch looks, ms. */
const WATCH_MS = 1000;

/** What is heard of a watch. */
export interface MemoryHooks {
  onChange: (report: MemoryReport) => void;
  /** At every look as long as new events are to be refused. */
  onRefuse: (report: MemoryReport) => Promise<void>;
}

/** Looks every second, as long as Redis answers. Returns the function that ends it. */
export function watchMemory(context: StoreContext, hooks: MemoryHooks): () => void {
  let looking = false;
  const look = async (): Promise<void> => {
    if (looking) return;
    looking = true;
    try {
      const before = context.memory.level;
      const report = context.memory.judge(await context.ask((redis) => redis.info('memory')));
      if (report.level !== before) hooks.onChange(report);
      if (report.level === 'refuse') await hooks.onRefuse(report);
    } catch {
      // A Redis that is away is told of elsewhere; the level stays as it was.
    } finally {
      looking = false;
    }
  };
  void look();
  const timer = setInterval(() => void look(), WATCH_MS).unref();
  return () => clearInterval(timer);
}
