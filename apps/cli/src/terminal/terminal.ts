/** Where a command writes to and asks: standard output for answers, standard error for all else. */
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { styleText } from 'node:util';
import { usageError } from '../cli-error.ts';

/** The styles in use. */
export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';

/** The streams of a process, as far as they are needed. */
export interface Streams {
  stdin: NodeJS.ReadStream;
  stdout: NodeJS.WriteStream;
  stderr: NodeJS.WriteStream;
}

/** A place to write to and to ask. */
export interface Terminal {
  /** Whether a person reads the answers; otherwise they are plain: no colour, tabs between columns. */
  readonly isInteractive: boolean;
  /** Whether a person can be asked. */
  readonly canAsk: boolean;
  /** Columns; 80 when nobody knows. */
  readonly width: number;
  /** A line of the answer, to standard output. */
  print(line?: string): void;
  /** A line beside the answer, to standard error. */
  note(line: string): void;
  /** Overwrites the line of progress on standard error; null removes it. Nothing when that is no terminal. */
  progress(line: string | null): void;
  /** Text for `print` in a style, when colour is wanted there. */
  paint(style: Style, text: string): string;
  /** The same for `note`. */
  paintNote(style: Style, text: string): string;
  /** A question; resolves to the line. */
  ask(question: string): Promise<string>;
  /** The same, and what is typed is not shown. */
  askSecretly(question: string): Promise<string>;
  /** All of standard input, at most `maxBytes`, for one flag. Throws `usage` for a second one: it can be read once. */
  readInput(flag: string, maxBytes: number): Promise<string>;
}

/** The terminal of this process. `env` has NO_COLOR and FORCE_COLOR. */
export function createTerminal(
  streams: Streams,
  env: Readonly<Record<string, string | undefined>>,
): Terminal {
  const { stdin, stdout, stderr } = streams;
  let hasProgress = false;
  let reader: string | null = null;
  const progress = (line: string | null): void => {
    if (!stderr.isTTY || (line === null && !hasProgress)) return;
    hasProgress = line !== null;
    stderr.write(`\r\u001b[2K${line ?? ''}`);
  };
  const write = (stream: NodeJS.WriteStream, line: string): void => {
    progress(null);
    stream.write(`${line}\n`);
  };
  const painter = (stream: NodeJS.WriteStream) => {
    const on = wantsColour(stream, env);
    return (style: Style, text: string) => (on ? styleText(style, text, { validateStream: false }) : text);
  };
  return {
    isInteractive: stdout.isTTY,
    canAsk: stdin.isTTY && stderr.isTTY,
    // Asked anew each time: a window can be resized.
    get width() {
      return stdout.isTTY ? Math.max(stdout.columns, 40) : 80;
    },
    print: (line = '') => write(stdout, line),
    note: (line) => write(stderr, line),
    progress,
    paint: painter(stdout),
    paintNote: painter(stderr),
    ask: (question) => ask(question, stdin, stderr),
    askSecretly: async (question) => {
      stderr.write(question);
      const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
      const answer = await ask('', stdin, nowhere);
      stderr.write('\n');
      return answer;
    },
    readInput: async (flag, maxBytes) => {
      if (reader !== null) throw usageError(`Only one of ${reader} and ${flag} can be standard input.`);
      reader = flag;
      return readAll(stdin, maxBytes);
    },
  };
}

/** https://no-color.org: set and not empty means none. FORCE_COLOR wins, as in Node. */
function wantsColour(stream: NodeJS.WriteStream, env: Readonly<Record<string, string | undefined>>): boolean {
  const force = env['FORCE_COLOR'];
  if (force !== undefined && force !== '') return force !== '0' && force !== 'false';
  if ((env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb') return false;
  return stream.isTTY;
}

async function ask(
  question: string,
  input: NodeJS.ReadStream,
  output: NodeJS.WritableStream,
): Promise<string> {
  const lines = createInterface({ input, output, terminal: true });
  try {
    // Ctrl-C and Ctrl-D end the question; without this the promise would wait for ever.
    const ended = new Promise<string>((resolve) => {
      lines.once('SIGINT', () => resolve(''));
      lines.once('close', () => resolve(''));
    });
    return (await Promise.race([lines.question(question), ended])).trim();
  } finally {
    lines.close();
  }
}

async function readAll(stdin: NodeJS.ReadStream, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stdin as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new RangeError(`Standard input has more than ${maxBytes} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
