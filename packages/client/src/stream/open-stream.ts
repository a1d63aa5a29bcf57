/** One connection to a stream of server-sent events (WHATWG HTML, "Server-sent events"). */
import { createParser } from 'eventsource-parser';
import type { EventSourceMessage, ParseError } from 'eventsource-parser';
import type { Route } from '../contract/route.ts';
import type { BuiltRequest } from '../http/build-request.ts';
import { readAnswer, unexpectedAnswer } from '../http/read-answer.ts';
import { timedOut, unreachable } from '../http/send.ts';
import type { Sending } from '../http/send.ts';

/** The longest message that is kept until its end, characters: a delivery with many long answers fits. */
const MAX_MESSAGE_CHARS = 8 * 1024 * 1024;

/** The server says something every 15 seconds, if only a comment. After this silence the connection is dead, ms. */
const MAX_SILENCE_MS = 45_000;

/** A stream that is open. */
export interface OpenStream {
  /** What came in the meantime, in order; empty after a comment. null: the server ended it. Throws `ApiError`. */
  next(): Promise<readonly EventSourceMessage[] | null>;
  /** What the server asks to wait before coming back, ms; null when it did not say. */
  retryMs(): number | null;
}

/**
 * Resolves when the server has answered; `sending.timeoutMs` is for that. Aborting the signal closes it.
 * Throws `ApiError`.
 */
export async function openStream(route: Route, request: BuiltRequest, sending: Sending): Promise<OpenStream> {
  const silence = new AbortController();
  const { url, ...init } = request;
  const signals = [silence.signal, ...(sending.signal === null ? [] : [sending.signal])];
  const explain = (error: unknown, ms: number) =>
    silence.signal.aborted ? timedOut(url, ms) : unreachable(url, error);
  const within = async <T>(ms: number, work: () => Promise<T>): Promise<T> => {
    const timer = setTimeout(() => silence.abort(), ms);
    try {
      return await work();
    } catch (error) {
      sending.signal?.throwIfAborted();
      throw explain(error, ms);
    } finally {
      clearTimeout(timer);
    }
  };
  const response = await within(sending.timeoutMs, () =>
    // A redirect is not followed: the token is for this address alone.
    sending.fetch(url, { ...init, signal: AbortSignal.any(signals), redirect: 'manual' }),
  );
  if (response.status !== 200) await readAnswer(route, response);
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') === true;
  if (!isStream || response.body === null) throw unexpectedAnswer(response, 'It is no stream of events.');
  const parser = createMessages();
  const reader = response.body.getReader() as ReadableStreamDefaultReader<Uint8Array>;
  const decoder = new TextDecoder();
  return {
    retryMs: parser.retryMs,
    next: async () => {
      const chunk = await within(MAX_SILENCE_MS, () => reader.read());
      if (chunk.done) return null;
      const { messages, overflow } = parser.feed(decoder.decode(chunk.value, { stream: true }));
      if (overflow)
        throw unexpectedAnswer(response, `A message has more than ${MAX_MESSAGE_CHARS} characters.`);
      return messages;
    },
  };
}

function createMessages() {
  let messages: EventSourceMessage[] = [];
  let retry: number | null = null;
  let overflow = false;
  const parser = createParser({
    maxBufferSize: MAX_MESSAGE_CHARS,
    onEvent: (message) => messages.push(message),
    onRetry: (ms) => (retry = ms),
    // A field that is not known is no reason to stop: a newer server may have it.
    onError: (error: ParseError) => (overflow ||= error.type === 'max-buffer-size-exceeded'),
  });
  return {
    retryMs: () => retry,
    feed: (text: string) => {
      messages = [];
      parser.feed(text);
      return { messages, overflow };
    },
  };
}
