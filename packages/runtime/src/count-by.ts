/** Counters with one label of few known values. */
import { Counter } from '@prometheus-io/client';
import type { Registry } from '@prometheus-io/client';

/** Adds to a counter with resolved labels. */
type Count = (by?: number) => void;

/** A counter with one label, a child for each of its values; each starts at 0, so that a rate has a beginning. */
export function countBy<T extends string>(
  registry: Registry,
  metric: { name: string; help: string; label: string },
  values: readonly T[],
): Record<T, Count> {
  const { name, help, label } = metric;
  const counter = new Counter({ name, help, labelNames: [label], registers: [registry] });
  const children = values.map((value) => {
    const child = counter.labels({ [label]: value });
    child.inc(0);
    return [value, (by = 1) => child.inc(by)] as const;
  });
  return Object.fromEntries(children) as Record<T, Count>;
}
