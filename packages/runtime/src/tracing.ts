/**
 * OpenTelemetry, when the environment asks for it: one span for each try, sent over OTLP/HTTP. Otherwise neither SDK nor
 * exporter is loaded. What is not a setting of ours (headers, timeouts, compression, resource attributes) is read by
 * OpenTelemetry itself from its standard environment variables.
 */
import { randomBytes } from 'node:crypto';
import { formatTraceparent, parseTraceparent } from '@hooklane/core';
import type { AttemptSpan, TracingOptions } from './open-telemetry.ts';

/** Where spans go. */
export interface Tracing {
  /** Costs a queue entry; what cannot be sent in time is dropped, never waited for. */
  record(span: AttemptSpan): void;
  /** Sends what is left, for at most 2 s. */
  close(): Promise<void>;
}

/**
 * The `traceparent` of a try: the trace of `parent` with a span of its own. Without a parent a new trace when `begin`
 * is true, else none.
 */
export function nextTraceparent(parent: string | null, begin: boolean): string | null {
  const context = parent === null ? null : parseTraceparent(parent);
  if (context === null && !begin) return null;
  const traceId = context?.traceId ?? randomBytes(16).toString('hex');
  const spanId = randomBytes(8).toString('hex');
  return formatTraceparent({ traceId, spanId, sampled: context?.sampled ?? true });
}

const CLOSE_MS = 2000;

/** Starts tracing, or gives null when nobody asked for it. */
export async function startTracing(options: TracingOptions): Promise<Tracing | null> {
  if (!options.on) return null;
  const { openTelemetry } = await import('./open-telemetry.ts');
  const { record, shutdown } = openTelemetry(options);
  return {
    record,
    async close() {
      const late = new Promise((resolve) => setTimeout(resolve, CLOSE_MS).unref());
      await Promise.race([shutdown().catch(() => undefined), late]);
    },
  };
}
