/** What the overview takes from its address. */
import { z } from 'zod';

/** The spans that can be looked at, in minutes; `step`: how many minutes are one bar, so that there are 72 at most. */
export const SPANS = [
  { value: '60', label: '1 hour', step: 1 },
  { value: '360', label: '6 hours', step: 5 },
  { value: '1440', label: '24 hours', step: 20 },
] as const;

/** One of {@link SPANS}. */
export type Span = (typeof SPANS)[number]['value'];

/** A bad value is ignored: an address is typed by people. */
export const overviewSearch = z.object({
  minutes: z
    .enum(SPANS.map(({ value }) => value) as [Span, ...Span[]])
    .optional()
    .catch(undefined),
});

/** How fine this span is shown, in minutes. */
export function stepOf(span: Span): number {
  return SPANS.find(({ value }) => value === span)?.step ?? 1;
}
