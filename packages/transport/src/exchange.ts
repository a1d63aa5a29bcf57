/** One POST under way: a handler of undici that becomes one {@link PostResult}. */
import { MAX_RESPONSE_EXCERPT_BYTES } from '@hooklane/core';
import type { Dispatcher } from 'undici';
import type { AbortGroups, Abortable } from './abort-groups.ts';
import { classifyFailure, failureReason, isConnectionLoss } from './classify-failure.ts';
import type { Connection, Lender, Outgoing } from './connection.ts';
import type { Connections } from './connections.ts';
import type { DeadlineQueue, Expiring } from './deadline-queue.ts';
import type { FailureReason, PostResult } from './post-result.ts';
import { excerptOf, keepHeaders, retryAfterOf } from './read-answer.ts';

/** The longest that a body may take after the headers, ms, if the deadline does not end it earlier. */
export const MAX_BODY_MS = 2000;

/**
 * The longest that a reused connection may take to show that it was stale, ms. One that dies later took the
 * request first, and sending that again at once would do it twice.
 */
const STALE_WINDOW_MS = 1000;

/** What all exchanges of a transport share. */
export interface ExchangeContext {
  connections: Connections;
  aborts: AbortGroups;
  /** Everyone without a status line, and everyone whose body is being read. */
  deadlines: { answer: DeadlineQueue<Exchange>; body: DeadlineQueue<Exchange> };
  requestTimeoutMs: number;
}

/** Given to undici when nobody waits for the result any more; it is never shown. */
const STOPPED = new Error('stopped');

interface Head {
  statusCode: number;
  headers: Record<string, string | string[] | undefined>;
}

/** Settles exactly once: by the answer, an error, the deadline or the caller's signal, whichever is first. */
export class Exchange implements Outgoing, Abortable, Expiring {
  readonly result: Promise<PostResult>;
  readonly #context: ExchangeContext;
  /** What undici is given. */
  readonly options: Dispatcher.DispatchOptions;
  readonly origin: string;
  readonly #signal: AbortSignal | undefined;
  readonly #keepBody: boolean;
  readonly #startedAt = performance.now();
  #resolve!: (result: PostResult) => void;
  #isSettled = false;
  #deadline: DeadlineQueue<Exchange>;
  #controller: Dispatcher.DispatchController | null = null;
  #lender: Lender | null = null;
  #connection: Connection | null = null;
  #isReused = false;
  #sentAt = 0;
  #sentFresh = false;
  #answerBegan = false;
  #head: Head | null = null;
  #chunks: Buffer[] = [];
  #bodyBytes = 0;

  constructor(
    context: ExchangeContext,
    options: Dispatcher.DispatchOptions & { origin: string },
    { signal, keepBody }: { signal: AbortSignal | undefined; keepBody: boolean },
  ) {
    this.#context = context;
    this.options = options;
    this.origin = options.origin;
    this.#signal = signal;
    this.#keepBody = keepBody;
    this.result = new Promise((resolve) => (this.#resolve = resolve));
    this.#deadline = context.deadlines.answer;
    this.#deadline.add(this, this.#startedAt);
    if (signal !== undefined) context.aborts.add(signal, this);
    context.connections.dispatch(this, false);
  }

  /** There is a result already: it need not be sent any more. */
  get isSettled(): boolean {
    return this.#isSettled;
  }

  /** It was given to this connection. */
  onDispatch(lender: Lender, connection: Connection): void {
    this.#lender = lender;
    this.#connection = connection;
    // It may turn out to be gone before anything is written to it.
    this.#isReused = connection.requests > 0;
    if (this.#isReused) this.#sentAt = performance.now();
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    // Throwing takes the request out of undici's queue; aborting would cost a good connection.
    if (this.#isSettled) throw STOPPED;
    this.#controller = controller;
    const connection = this.#connection;
    if (connection === null) return;
    this.#lender?.use(connection);
    this.#isReused = connection.requests > 1;
    if (this.#isReused) this.#sentAt = performance.now();
  }

  onResponseStarted(): void {
    this.#answerBegan = true;
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    statusCode: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    if (statusCode < 200 || this.#isSettled) return;
    this.#head = { statusCode, headers };
    const now = performance.now();
    if (this.#startedAt + this.#context.requestTimeoutMs - now <= MAX_BODY_MS) return;
    this.#deadline.delete(this);
    this.#deadline = this.#context.deadlines.body;
    this.#deadline.add(this, now);
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#isSettled) return;
    this.#bodyBytes += chunk.length;
    if (this.#keepBody || !isSuccess(this.#head)) this.#chunks.push(chunk);
    if (this.#bodyBytes <= MAX_RESPONSE_EXCERPT_BYTES) return;
    this.#answer(false);
    controller.abort(STOPPED);
  }

  onResponseEnd(): void {
    if (this.#connection !== null) this.#lender?.release(this.#connection, performance.now());
    this.#answer(true);
  }

  onResponseError(_controller: unknown, error: Error): void {
    if (this.#isSettled) return;
    if (this.#head !== null) return this.#answer(false);
    if (this.#wasStale(error)) return this.#sendAgain();
    this.#fail(classifyFailure(error));
  }

  /** The time for this phase is over. */
  onDeadline(): void {
    // Hardly anything but the making of its own connection can have kept it from starting: the pool keeps it for a moment only.
    this.#stop(failureReason(this.#controller === null ? 'connect_timeout' : 'timeout'));
  }

  onCallerAbort(): void {
    this.#stop(failureReason('aborted'));
  }

  onTransportDestroyed(): void {
    this.#stop(failureReason('closed'));
  }

  /** Once there is a status it is the answer, whoever stops the reading of its body. */
  #stop(reason: FailureReason): void {
    if (this.#head === null) this.#fail(reason);
    else this.#answer(false);
    this.#controller?.abort(STOPPED);
  }

  /**
   * A kept connection may be closed by the receiver in the moment we write to it. Then it dies at once and
   * without a byte of an answer, and the receiver's program never saw the request.
   */
  #wasStale(error: Error): boolean {
    return (
      this.#isReused &&
      !this.#answerBegan &&
      isConnectionLoss(error) &&
      performance.now() - this.#sentAt <= STALE_WINDOW_MS
    );
  }

  /** Once: a fresh connection is no reused one. The deadline runs on. */
  #sendAgain(): void {
    this.#sentFresh = true;
    this.#isReused = false;
    this.#controller = null;
    this.#context.connections.dispatch(this, true);
  }

  #answer(complete: boolean): void {
    const head = this.#head;
    if (head === null) return;
    const remoteAddress = this.#connection?.remoteAddress;
    this.#settle({
      kind: 'answer',
      statusCode: head.statusCode,
      headers: keepHeaders(head.headers),
      excerpt: isSuccess(head) && !this.#keepBody ? null : excerptOf(this.#chunks, complete),
      retryAfter: retryAfterOf(head.headers),
      durationMs: this.#elapsedMs(),
      ...(remoteAddress === undefined ? {} : { remoteAddress }),
      sentFresh: this.#sentFresh,
    });
  }

  #fail({ code, message }: FailureReason): void {
    this.#settle({
      kind: 'failure',
      code,
      message,
      durationMs: this.#elapsedMs(),
      sentFresh: this.#sentFresh,
    });
  }

  #settle(result: PostResult): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    this.#deadline.delete(this);
    if (this.#signal !== undefined) this.#context.aborts.remove(this.#signal, this);
    this.#chunks = [];
    this.#resolve(result);
  }

  /** To a tenth of a millisecond. */
  #elapsedMs(): number {
    return Math.round((performance.now() - this.#startedAt) * 10) / 10;
  }
}

function isSuccess(head: Head | null): boolean {
  return head !== null && head.statusCode >= 200 && head.statusCode < 300;
}
