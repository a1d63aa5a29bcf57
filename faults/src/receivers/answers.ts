/** Receivers whose answers are sick: slow, endless, too large, not HTTP. */
import { startRawReceiver, startReceiver } from '@hooklane/testkit';
import type { Step } from '@hooklane/testkit';
import type { Socket } from 'node:net';
import { DELIVERED, exhausted } from './receiver.ts';
import type { OpenReceiver, SickReceiver } from './receiver.ts';

const MIB = 1024 * 1024;
const HOUR_MS = 3_600_000;
/** How late the decision may be after the start of the try, ms. */
const SOON_MS = 5000;

function scripted(step: Step): () => Promise<OpenReceiver> {
  return async () => {
    const receiver = await startReceiver({ script: { '*': step }, keep: 0 });
    return { url: receiver.url('/'), close: () => receiver.close() };
  };
}

/** Speaks when the request has begun to come. */
function speaking(speak: (socket: Socket) => void): () => Promise<OpenReceiver> {
  return async () => {
    const receiver = await startRawReceiver({
      onSocket: (socket) => void socket.once('data', () => speak(socket)),
    });
    return { url: `http://127.0.0.1:${receiver.port}/`, close: () => receiver.close() };
  };
}

/** Writes the same again and again, as fast as it is read, until the socket is gone. */
function pour(socket: Socket, chunk: Buffer, times = Number.POSITIVE_INFINITY): void {
  let left = times;
  const more = (): void => {
    while (left > 0 && !socket.destroyed) {
      left -= 1;
      if (!socket.write(chunk)) return void socket.once('drain', more);
    }
  };
  more();
}

const HINTS = Buffer.from('HTTP/1.1 103 Early Hints\r\nlink: </a>; rel=preload\r\n\r\n'.repeat(100));
const throttled = (retryAfter: string): Step => ({ status: 429, headers: { 'retry-after': retryAfter } });
const PUT_OFF = {
  status: 'retrying',
  outcome: 'throttled',
  fault: 'receiver',
  statusCode: 429,
  tries: 1,
} as const;
const THROTTLED_TO_THE_END = exhausted('throttled', 'receiver', { statusCode: 429 });

/** All of them. */
export const ANSWER_RECEIVERS: readonly SickReceiver[] = [
  {
    name: 'receiver-hang',
    title: 'reads the request and never answers',
    open: scripted('hang'),
    expected: exhausted('timeout', 'receiver', { error: 'timeout' }),
  },
  {
    name: 'receiver-hang-after-headers',
    title: '500, and then a body that never comes',
    open: scripted({ status: 500, ending: 'hang' }),
    expected: exhausted('rejected', 'receiver', { statusCode: 500 }),
  },
  {
    name: 'receiver-drip-headers',
    title: 'headers at one byte a second',
    open: speaking((socket) => {
      const text = `HTTP/1.1 200 OK\r\nx-slow: ${'a'.repeat(60)}`;
      let at = 0;
      const timer = setInterval(() => socket.write(text[at++ % text.length] ?? ''), 1000);
      socket.once('close', () => clearInterval(timer));
    }),
    expected: exhausted('timeout', 'receiver', { error: 'timeout' }),
  },
  {
    name: 'receiver-drip-body',
    title: '500 with a body at one byte a second',
    open: scripted({ status: 500, ending: 'drip', intervalMs: 1000 }),
    expected: exhausted('rejected', 'receiver', { statusCode: 500 }),
  },
  {
    name: 'receiver-endless-body',
    title: '500 with a body without end, as fast as it is read',
    open: scripted({ status: 500, ending: 'endless' }),
    expected: exhausted('rejected', 'receiver', { statusCode: 500 }),
  },
  {
    name: 'receiver-endless-success',
    title: '200 with a body without end: the status counts',
    open: scripted('endless'),
    expected: { ...DELIVERED, statusCode: 200 },
  },
  {
    name: 'receiver-100-mb',
    title: '500 with a body of 100 MiB',
    open: speaking((socket) => {
      socket.write(`HTTP/1.1 500 Sorry\r\ncontent-length: ${100 * MIB}\r\n\r\n`);
      pour(socket, Buffer.alloc(MIB, 'x'), 100);
    }),
    expected: exhausted('rejected', 'receiver', { statusCode: 500 }),
  },
  {
    name: 'receiver-hints',
    title: '500 times 103 Early Hints, then 200',
    open: speaking((socket) => {
      pour(socket, HINTS, 5);
      socket.end('HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
    }),
    expected: DELIVERED,
  },
  {
    name: 'receiver-endless-hints',
    title: '103 Early Hints without end',
    open: speaking((socket) => pour(socket, HINTS)),
    expected: exhausted('timeout', 'receiver', { error: 'timeout' }),
  },
  {
    name: 'receiver-chunked-garbage',
    title: '500 with chunks whose lengths are no numbers',
    open: speaking((socket) => {
      socket.end('HTTP/1.1 500 Sorry\r\ntransfer-encoding: chunked\r\n\r\nzz\r\ngarbage\r\n');
    }),
    expected: exhausted('rejected', 'receiver', { statusCode: 500 }),
  },
  {
    name: 'receiver-not-http',
    title: 'speaks another protocol',
    open: speaking((socket) => socket.end('SSH-2.0-OpenSSH_9.2p1\r\n')),
    expected: exhausted('rejected', 'receiver', { error: 'bad_response' }),
  },
  {
    name: 'receiver-header-bomb',
    title: '4 MiB of headers',
    open: speaking((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n');
      pour(socket, Buffer.from(`x-bomb: ${'b'.repeat(4000)}\r\n`), 1000);
    }),
    expected: exhausted('rejected', 'receiver', { error: 'headers_too_large' }),
  },
  {
    name: 'receiver-retry-after-seconds',
    title: '429 with Retry-After: 3600',
    open: scripted(throttled('3600')),
    expected: { ...PUT_OFF, nextIn: [HOUR_MS, HOUR_MS + SOON_MS] },
  },
  {
    name: 'receiver-retry-after-date',
    title: '429 with Retry-After: a date in two hours',
    async open() {
      return scripted(throttled(new Date(Date.now() + 2 * HOUR_MS).toUTCString()))();
    },
    expected: { ...PUT_OFF, nextIn: [2 * HOUR_MS - 60_000, 2 * HOUR_MS + 1000] },
  },
  {
    name: 'receiver-retry-after-absurd',
    title: '429 with Retry-After: 99999999999: at most a day',
    open: scripted(throttled('99999999999')),
    expected: { ...PUT_OFF, nextIn: [24 * HOUR_MS - 60_000, 24 * HOUR_MS + SOON_MS] },
  },
  {
    name: 'receiver-retry-after-negative',
    title: '429 with Retry-After: -60: the schedule counts',
    open: scripted(throttled('-60')),
    expected: THROTTLED_TO_THE_END,
  },
  {
    name: 'receiver-gone',
    title: '410',
    open: scripted(410),
    expected: {
      status: 'dead',
      reason: 'gone',
      outcome: 'gone',
      fault: 'receiver',
      statusCode: 410,
      tries: 1,
    },
  },
  {
    name: 'receiver-redirect-loop',
    title: '302 to itself: never followed',
    async open() {
      const receiver = await startReceiver({ keep: 0 });
      receiver.answer('*', { status: 302, headers: { location: receiver.url('/') } });
      return { url: receiver.url('/'), close: () => receiver.close() };
    },
    expected: exhausted('rejected', 'receiver', { error: 'redirect', statusCode: 302 }),
  },
];
