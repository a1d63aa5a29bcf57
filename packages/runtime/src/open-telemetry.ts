/** The only file that loads OpenTelemetry; imported when tracing is on. */
import { parseTraceparent } from '@hooklane/core';
import type { Fault, Outcome } from '@hooklane/core';
import { ROOT_CONTEXT, SpanKind, SpanStatusCode, TraceFlags, trace } from '@opentelemetry/api';
import type { Context } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import {
  defaultResource,
  detectResources,
  resourceAttributesEnvDetector,
  resourceFromAttributes,
} from '@opentelemetry/resources';
import {
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';

/** One finished try. Times are ms. */
export interface AttemptSpan {
  /** That the request carried. */
  traceparent: string;
  /** Of what emitted the event; null: the try begins the trace. */
  parent: string | null;
  startedAt: number;
  durationMs: number;
  outcome: Outcome;
  fault: Fault | null;
  /** Never a secret, a body, or the path or query of a URL. */
  attributes: Readonly<Record<string, string | number>>;
}

/** What tracing takes from the settings. */
export interface TracingOptions {
  /** `OTEL_EXPORTER_OTLP_ENDPOINT` or `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT` is set. */
  on: boolean;
  /** Unless `OTEL_SERVICE_NAME` says another. */
  serviceName: string;
  version: string;
}

/** Spans get the ids that went out with the request, so they are made after the try. */
export function openTelemetry({ serviceName, version }: TracingOptions): {
  record: (span: AttemptSpan) => void;
  shutdown: () => Promise<void>;
} {
  const ids = { traceId: '', spanId: '' };
  const ours = resourceFromAttributes({ 'service.name': serviceName, 'service.version': version });
  const provider = new TracerProvider({
    resource: defaultResource()
      .merge(ours)
      .merge(detectResources({ detectors: [resourceAttributesEnvDetector] })),
    // Whoever emits decides what is recorded; a trace that begins here is.
    sampler: new ParentBasedSampler({ root: new AlwaysOnSampler() }),
    idGenerator: { generateTraceId: () => ids.traceId, generateSpanId: () => ids.spanId },
    spanProcessors: [new BatchSpanProcessor({ exporter: new OTLPTraceExporter() })],
  });
  const tracer = provider.getTracer('hooklane', version);
  return {
    record(attempt) {
      const own = parseTraceparent(attempt.traceparent);
      if (own === null) return;
      ids.traceId = own.traceId;
      ids.spanId = own.spanId;
      const { startedAt, durationMs, outcome, fault } = attempt;
      const attributes = {
        ...attempt.attributes,
        'hooklane.outcome': outcome,
        'hooklane.fault': fault ?? 'none',
      };
      const options = { kind: SpanKind.CLIENT, startTime: startedAt, attributes };
      const span = tracer.startSpan('hooklane.attempt', options, parentOf(attempt.parent));
      if (outcome !== 'ok') span.setStatus({ code: SpanStatusCode.ERROR, message: outcome });
      span.end(startedAt + durationMs);
    },
    shutdown: () => provider.shutdown(),
  };
}

function parentOf(traceparent: string | null): Context {
  const parent = traceparent === null ? null : parseTraceparent(traceparent);
  if (parent === null) return ROOT_CONTEXT;
  const traceFlags = parent.sampled ? TraceFlags.SAMPLED : TraceFlags.NONE;
  const { traceId, spanId } = parent;
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags, isRemote: true });
}
