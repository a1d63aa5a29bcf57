/** One command to a Redis or a Sentinel, without a client library, and its whole reply. */
import { once } from 'node:events';
import { connect } from 'node:net';

/** A reply; an error is thrown, not given. */
export type Reply = string | number | null | Reply[];

/** A loaded machine may need a moment, ms. */
const REPLY_TIMEOUT_MS = 5000;

/**
 * Sends an inline command such as `CLUSTER INFO` to 127.0.0.1, after `AUTH` when there is a password. Rejects with what
 * Redis says when that is an error.
 */
export async function askRedis(port: number, command: string, password?: string): Promise<Reply> {
  if (password === undefined) return lastReply(port, [command]);
  return lastReply(port, [`AUTH ${password}`, command]);
}

async function lastReply(port: number, commands: readonly string[]): Promise<Reply> {
  const socket = connect(port, '127.0.0.1');
  try {
    const signal = AbortSignal.timeout(REPLY_TIMEOUT_MS);
    await once(socket, 'connect', { signal });
    socket.write(commands.map((command) => `${command}\r\n`).join(''));
    for (let text = ''; ;) {
      const [chunk] = (await once(socket, 'data', { signal })) as [Buffer];
      text += chunk.toString('latin1');
      const read = readList(text, 0, commands.length);
      if (read !== null) return (read.reply as Reply[]).at(-1) ?? null;
    }
  } finally {
    socket.destroy();
  }
}

/** null: it is not complete yet. */
function readReply(text: string, at: number): { reply: Reply; end: number } | null {
  const lineEnd = text.indexOf('\r\n', at);
  if (lineEnd === -1) return null;
  const [kind, line, next] = [text[at], text.slice(at + 1, lineEnd), lineEnd + 2];
  if (kind === '-') throw new Error(line);
  if (kind === ':') return { reply: Number(line), end: next };
  if (kind === '$') return readBulk(text, next, Number(line));
  return kind === '*' ? readList(text, next, Number(line)) : { reply: line, end: next };
}

function readBulk(text: string, at: number, length: number): { reply: Reply; end: number } | null {
  if (length < 0) return { reply: null, end: at };
  const end = at + length + 2;
  return text.length < end ? null : { reply: text.slice(at, at + length), end };
}

function readList(text: string, at: number, count: number): { reply: Reply; end: number } | null {
  const list: Reply[] = [];
  let end = at;
  while (list.length < count) {
    const item = readReply(text, end);
    if (item === null) return null;
    list.push(item.reply);
    end = item.end;
  }
  return { reply: list, end };
}
