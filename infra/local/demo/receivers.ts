/** Four receivers with four characters, as a team's receivers are. They check signatures as a real one would. */
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { verifySignature } from '@hooklane/signature';

/** How a receiver behaves. `dead` answers 503 until it is mended. */
export type Character = 'healthy' | 'flaky' | 'slow' | 'dead';

/** The receivers of the demo. */
export interface Receivers {
  url(character: Character): string;
  /** From now on the dead one answers 200. */
  mend(): void;
  /** Requests whose signature was right, and wrong. */
  readonly verified: number;
  readonly refused: number;
  /** The `webhook-id`s that the dead one saw, the first one first. */
  readonly deadSaw: readonly string[];
  close(): Promise<void>;
}

const SLOW_MS = 1500;
const MOST_BODY_BYTES = 1024 * 1024;

/** Starts all four on one free port of this machine. */
export async function startReceivers(secret: string): Promise<Receivers> {
  const state = {
    verified: 0,
    refused: 0,
    mended: false,
    deadSaw: [] as string[],
    tries: new Map<string, number>(),
  };
  const server = createServer((request, response) => {
    void receive(request, response, secret, state).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: (character) => `http://127.0.0.1:${port}/${character}`,
    mend: () => {
      state.mended = true;
    },
    get verified() {
      return state.verified;
    },
    get refused() {
      return state.refused;
    },
    deadSaw: state.deadSaw,
    close: () => close(server),
  };
}

interface ReceiverState {
  verified: number;
  refused: number;
  mended: boolean;
  deadSaw: string[];
  tries: Map<string, number>;
}

async function receive(
  request: IncomingMessage,
  response: ServerResponse,
  secret: string,
  state: ReceiverState,
): Promise<void> {
  const body = await readBody(request);
  const check = verifySignature({ profile: 'standard', secrets: [secret], headers: request.headers, body });
  if (!check.ok) {
    state.refused += 1;
    response.writeHead(401).end(check.reason);
    return;
  }
  state.verified += 1;
  const id = String(request.headers['webhook-id']);
  const character = (request.url ?? '/').slice(1) as Character;
  if (character === 'slow') await new Promise((resolve) => setTimeout(resolve, SLOW_MS));
  if (character === 'dead') state.deadSaw.push(id);
  response.writeHead(statusOf(character, id, state), { 'content-type': 'text/plain' }).end(character);
}

/** The flaky one fails twice for every event, then takes it. */
function statusOf(character: Character, id: string, state: ReceiverState): number {
  if (character === 'dead') return state.mended ? 200 : 503;
  if (character !== 'flaky') return 200;
  const tries = (state.tries.get(id) ?? 0) + 1;
  state.tries.set(id, tries);
  return tries <= 2 ? 500 : 200;
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MOST_BODY_BYTES) throw new Error('The body is too large.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
