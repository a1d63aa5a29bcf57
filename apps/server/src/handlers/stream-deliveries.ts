/** GET /v1/deliveries/stream: server-sent events (WHATWG HTML, "Server-sent events"). */
import { PassThrough } from 'node:stream';
import { demandFilter } from '../access/bound-ports.ts';
import type { Caller } from '../access/principal.ts';
import type { Handler, HandlerDeps } from '../deps.ts';
import { RetryLater } from '../http/problem.ts';
import type { Watcher } from '../live/live-feed.ts';
import { readFilter } from '../views/filter.ts';

/** The most streams of one server. */
const MOST_STREAMS = 200;

/** A reader that leaves so much unread is dropped, bytes; it comes back with the position it has. */
const MOST_UNREAD_BYTES = 1024 * 1024;

/** How long a browser waits before it comes back, ms. */
const COME_BACK_MS = 2000;

/** Tells what changes until the caller goes, or may no longer see it. */
export const streamDeliveries: Handler<'streamDeliveries'> = async ({ query, caller }, deps) => {
  const { live, logger } = deps;
  if (live.size >= MOST_STREAMS) throw tooManyStreams();
  const filter = readFilter(query);
  const accounts = caller.principal?.accounts ?? null;
  demandFilter(accounts, filter);
  const stream = new PassThrough({ highWaterMark: MOST_UNREAD_BYTES });
  const watcher = writeTo(stream, { filter, accounts });
  stream.write(`retry: ${COME_BACK_MS}\n: connected\n\n`);
  const unwatch = live.watch(watcher);
  const heartbeat = setInterval(() => {
    stream.write(': still here\n\n');
    isStillAllowed(caller, deps).then(
      (allowed) => allowed || stream.end(),
      // Redis is away: that is no reason to end it.
      () => undefined,
    );
  }, deps.heartbeatMs);
  stream.once('close', () => {
    clearInterval(heartbeat);
    unwatch();
  });
  const { lastEventId } = caller;
  if (lastEventId !== null) {
    live.catchUp(watcher, lastEventId).catch((error: unknown) => {
      logger.warn({ err: error }, 'a stream could not be resumed');
      stream.destroy();
    });
  }
  const headers = { 'content-type': 'text/event-stream; charset=utf-8', 'x-accel-buffering': 'no' };
  return { status: 200, headers, body: stream };
};

function writeTo(stream: PassThrough, who: Pick<Watcher, 'filter' | 'accounts'>): Watcher {
  const write = (text: string): void => {
    if (stream.writableEnded || stream.destroyed) return;
    stream.write(text);
    if (stream.writableLength + stream.readableLength > MOST_UNREAD_BYTES) stream.destroy();
  };
  return {
    ...who,
    onDelivery: (data) => write(`event: delivery\ndata: ${data}\n\n`),
    onLeft: (id) => write(`event: left\ndata: ${JSON.stringify({ id })}\n\n`),
    onGap: (position) => write(`event: gap\nid: ${position}\ndata: {}\n\n`),
    onClose: () => stream.end(),
    // With data: an id alone is enough for a browser, but many readers of streams drop a message without data.
    onPosition: (position) => write(`event: position\nid: ${position}\ndata: {}\n\n`),
  };
}

async function isStillAllowed(
  { principal, sessionId }: Caller,
  { ports, tokens }: HandlerDeps,
): Promise<boolean> {
  if (principal === null || (await tokens.findById(principal.id)) === null) return false;
  return sessionId === null || (await ports.sessions.findSession(sessionId)) !== null;
}

function tooManyStreams(): RetryLater {
  const detail = `This server has ${MOST_STREAMS} open streams already. Try again in a while, or read GET /v1/deliveries.`;
  return new RetryLater('too_many_streams', { detail }, 15);
}
