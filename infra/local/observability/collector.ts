/** A collector of OpenTelemetry for tests: takes OTLP over HTTP as JSON on a real socket, and keeps it. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A span as OTLP brings it. */
export interface CollectedSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes: { key: string; value: Record<string, unknown> }[];
  status: { code?: number; message?: string };
}

/** A running collector. */
export interface Collector {
  url: string;
  readonly spans: readonly CollectedSpan[];
  /** All that came, as text. */
  readonly text: string;
  close(): Promise<void>;
}

interface Export {
  resourceSpans?: { scopeSpans?: { spans?: CollectedSpan[] }[] }[];
}

/** Listens on a free port. */
export async function startCollector(): Promise<Collector> {
  const spans: CollectedSpan[] = [];
  let all = '';
  const server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8');
    request.on('data', (part: string) => {
      text += part;
    });
    request.on('end', () => {
      all += text;
      const { resourceSpans = [] } = JSON.parse(text) as Export;
      for (const { scopeSpans = [] } of resourceSpans) {
        for (const scope of scopeSpans) spans.push(...(scope.spans ?? []));
      }
      const isTraces = request.method === 'POST' && request.url === '/v1/traces';
      response.writeHead(isTraces ? 200 : 404, { 'content-type': 'application/json' }).end('{}');
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    get text() {
      return all;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
