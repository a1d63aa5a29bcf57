/** The requests a receiver got, bounded, and who waits for them. */
import type { IncomingMessage } from 'node:http';

/** One request, as it was received in full. */
export class ReceivedRequest {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly body: string;
  /** ms since the epoch. */
  readonly at: number;
  /** The sender's port: two requests with the same one came over one connection. */
  readonly remotePort: number;
  readonly #rawHeaders: readonly string[];

  constructor(message: IncomingMessage, body: string) {
    this.method = message.method ?? '';
    this.path = message.url ?? '';
    this.body = body;
    this.at = Date.now();
    this.remotePort = message.socket.remotePort ?? 0;
    this.#rawHeaders = message.rawHeaders;
  }

  /** Names in lower case; repeated ones joined with `, `. Built when asked for: a load test never asks. */
  get headers(): Record<string, string> {
    const headers: Record<string, string> = {};
    for (let i = 0; i + 1 < this.#rawHeaders.length; i += 2) {
      const name = (this.#rawHeaders[i] ?? '').toLowerCase();
      const value = this.#rawHeaders[i + 1] ?? '';
      headers[name] = headers[name] === undefined ? value : `${headers[name]}, ${value}`;
    }
    return headers;
  }
}

/** A number of requests received since the start, or a question about the kept ones. */
export type Expectation = number | ((requests: readonly ReceivedRequest[]) => boolean);

interface Waiter {
  isMet: () => boolean;
  resolve: () => void;
}

/** Keeps the newest `keep` requests (up to an eighth more) and counts them all. */
export class RequestLog {
  readonly requests: ReceivedRequest[] = [];
  received = 0;
  readonly #keep: number;
  readonly #limit: number;
  readonly #waiters = new Set<Waiter>();

  constructor(keep: number) {
    this.#keep = keep;
    // Dropping in blocks: shifting a long array for every request would cost more than the request.
    this.#limit = keep + Math.floor(keep / 8);
  }

  add(request: ReceivedRequest): void {
    this.received += 1;
    if (this.#keep > 0) this.requests.push(request);
    if (this.requests.length > this.#limit) this.requests.splice(0, this.requests.length - this.#keep);
    if (this.#waiters.size === 0) return;
    for (const waiter of this.#waiters) if (waiter.isMet()) waiter.resolve();
  }

  /** Resolves when the expectation is met; rejects after `timeoutMs` with what there was. */
  async waitFor(expected: Expectation, timeoutMs: number): Promise<readonly ReceivedRequest[]> {
    const isMet = () => (typeof expected === 'number' ? this.received >= expected : expected(this.requests));
    if (isMet()) return this.requests;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiter: Waiter = { isMet, resolve };
    const timer = setTimeout(() => reject(this.#missed(expected, timeoutMs)), timeoutMs);
    this.#waiters.add(waiter);
    try {
      await promise;
      return this.requests;
    } finally {
      clearTimeout(timer);
      this.#waiters.delete(waiter);
    }
  }

  #missed(expected: Expectation, timeoutMs: number): Error {
    const wanted = typeof expected === 'number' ? `${expected} requests` : 'the expected requests';
    const last = this.requests.slice(-5).map((request) => `${request.method} ${request.path}`);
    return new Error(
      `The receiver did not get ${wanted} within ${timeoutMs} ms: it got ${this.received}` +
        (last.length > 0 ? `, the last ones ${last.join(', ')}.` : '.'),
    );
  }
}
