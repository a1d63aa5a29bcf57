/** Does to one request what a step says. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { AnswerStep, NamedStep, RawStep, Step } from './script.ts';

const CHUNK = Buffer.alloc(64 * 1024, 'x');
const EMPTY = ['content-length', '0'];

/** Sockets that die with the next request that is written to them. */
const condemned = new WeakSet<Socket>();

/** Whether this socket was condemned by `close_idle`; if so it is dead now. */
export function dieIfCondemned(socket: Socket): boolean {
  if (!condemned.has(socket)) return false;
  reset(socket);
  return true;
}

/** Plays one step; timers end with the socket. */
export function playStep(step: Step, request: IncomingMessage, response: ServerResponse): void {
  if (typeof step === 'number') {
    response.writeHead(step, EMPTY);
    response.end();
  } else if (typeof step === 'string') {
    playNamed(step, request, response);
  } else if (step.delayMs !== undefined && step.delayMs > 0) {
    const timer = setTimeout(() => playWritten(step, request, response), step.delayMs);
    response.once('close', () => clearTimeout(timer));
  } else {
    playWritten(step, request, response);
  }
}

function playWritten(step: AnswerStep | RawStep, request: IncomingMessage, response: ServerResponse): void {
  if ('raw' in step) request.socket.end(step.raw);
  else answer(step, response);
}

function playNamed(step: NamedStep, request: IncomingMessage, response: ServerResponse): void {
  switch (step) {
    case 'reset':
      return reset(request.socket);
    case 'close':
      return void request.socket.end();
    case 'hang':
      return;
    case 'close_idle':
      condemned.add(request.socket);
      return answer({}, response);
    case 'hang_after_headers':
      return answer({ ending: 'hang' }, response);
    case 'drip':
    case 'endless':
      return answer({ ending: step }, response);
    default:
      step satisfies never;
      throw new Error(`No such step: ${String(step)}`);
  }
}

function answer(step: AnswerStep, response: ServerResponse): void {
  const ending = step.ending ?? 'end';
  const body = step.body ?? '';
  const length = ending === 'end' && step.status !== 204 ? { 'content-length': Buffer.byteLength(body) } : {};
  response.writeHead(step.status ?? 200, { ...length, ...step.headers });
  if (ending === 'end') return void response.end(body);
  response.flushHeaders();
  if (body.length > 0) response.write(body);
  if (ending === 'drip') drip(response, step.intervalMs ?? 20);
  if (ending === 'endless') pour(response);
}

function drip(response: ServerResponse, intervalMs: number): void {
  const timer = setInterval(() => response.write('.'), intervalMs);
  response.once('close', () => clearInterval(timer));
}

function pour(response: ServerResponse): void {
  if (response.destroyed || response.socket === null) return;
  if (response.write(CHUNK)) setImmediate(pour, response);
  else response.once('drain', () => pour(response));
}

function reset(socket: Socket): void {
  // A TLS socket cannot send RST itself.
  if ('encrypted' in socket) socket.destroy();
  else socket.resetAndDestroy();
}
