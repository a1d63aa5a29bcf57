/** The receiver as its parent sees it. */
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { ReceiverAuthority } from './authority.ts';
import type { Arrival, FromReceiver, ToReceiver } from './receiver-messages.ts';

/** One receiver process; the same for all rows. */
export interface Receiver extends AsyncDisposable {
  /** Such as `http://127.0.0.1:40123`. */
  readonly origin: string;
  /** The same with HTTPS; leads nowhere when it was started without a certificate. */
  readonly secureOrigin: string;
  /** Whom senders must trust; null: there is no HTTPS. */
  readonly caFile: string | null;
  readonly pid: number;
  /** Begins a row: counts from nought. Resolves when the receiver knows. `timed`: on connections that come from now on. */
  expect(count: number, timed?: boolean): Promise<Expectation>;
  /** Requests since the last `expect`. */
  count(): Promise<number>;
  /** Connections that are open in this moment. */
  connections(): Promise<number>;
  /** When each request came since then, if they are timed. */
  arrivals(): Promise<Arrival[]>;
}

/** What is expected of a row. */
export interface Expectation {
  /** The first request has come. */
  begun: Promise<void>;
  /** All have come: ms from the first to the last. */
  complete: Promise<number>;
}

const PROGRAM = fileURLToPath(new URL('./receiver-program.ts', import.meta.url));

/** Where to listen. */
export interface ReceiverPlace {
  /** For HTTP; any when missing. */
  port?: number;
  /** 127.0.0.1 when missing. With 0.0.0.0 every address of 127.0.0.0/8 is one of its origins. */
  host?: string;
}

/** Starts a receiver. It ends when this process is gone, however that happens. */
export async function startReceiver(
  authority: ReceiverAuthority | null,
  { port = 0, host = '127.0.0.1' }: ReceiverPlace = {},
): Promise<Receiver> {
  // A group of its own: a Ctrl-C of the terminal reaches only us, and we stop it last.
  const child = fork(PROGRAM, { detached: true, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const listening = hear(child, 'listening');
  send(child, { kind: 'serve', tls: authority?.pair ?? null, port, host });
  const at = await listening;
  return {
    origin: `http://127.0.0.1:${at.port}`,
    secureOrigin: `https://127.0.0.1:${at.securePort}`,
    caFile: authority?.caFile ?? null,
    pid: child.pid ?? 0,
    async expect(count, timed = false) {
      const begun = hear(child, 'begun').then(() => undefined);
      const complete = hear(child, 'complete').then(({ ms }) => ms);
      // Whoever asks for them hears of an error; a row that failed before asks no more.
      for (const promise of [begun, complete]) promise.catch(() => {});
      await ask(child, { kind: 'expect', count, timed });
      return { begun, complete };
    },
    count: async () => (await ask(child, { kind: 'count' })).count,
    connections: async () => (await ask(child, { kind: 'count' })).connections,
    async arrivals() {
      const answer = hear(child, 'arrivals');
      send(child, { kind: 'arrivals' });
      return (await answer).arrivals;
    },
    [Symbol.asyncDispose]: () => stop(child),
  };
}

function ask(child: ChildProcess, message: ToReceiver): Promise<{ count: number; connections: number }> {
  const answer = hear(child, 'count');
  send(child, message);
  return answer;
}

function send(child: ChildProcess, message: ToReceiver): void {
  child.send(message);
}

/** The next message of this kind. Rejects when the process ends first. */
function hear<Kind extends FromReceiver['kind']>(
  child: ChildProcess,
  kind: Kind,
): Promise<Extract<FromReceiver, { kind: Kind }>> {
  const { promise, resolve, reject } = Promise.withResolvers<Extract<FromReceiver, { kind: Kind }>>();
  const onMessage = (message: FromReceiver): void => {
    if (message.kind === kind) resolve(message as Extract<FromReceiver, { kind: Kind }>);
  };
  const onExit = (): void => reject(new Error('The receiver process ended by itself.'));
  child.on('message', onMessage).once('exit', onExit);
  return promise.finally(() => child.off('message', onMessage).off('exit', onExit));
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}
