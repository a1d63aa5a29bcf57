/** Lines of a stream of bytes. */
import { StringDecoder } from 'node:string_decoder';

/** A longer line is passed on in pieces of this many characters, so that memory has a bound. */
const MAX_LINE_CHARS = 64 * 1024;

/** Takes chunks, calls `onLine` for each line without its end. */
export interface LineSplitter {
  write(chunk: Buffer): void;
  /** The last line may have no end. */
  end(): void;
}

/** Splits UTF-8 at `\n` or `\r\n`. */
export function createLineSplitter(onLine: (line: string) => void): LineSplitter {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  const take = (text: string): void => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line.endsWith('\r') ? line.slice(0, -1) : line);
    while (rest.length > MAX_LINE_CHARS) {
      onLine(rest.slice(0, MAX_LINE_CHARS));
      rest = rest.slice(MAX_LINE_CHARS);
    }
  };
  return {
    write: (chunk) => take(decoder.write(chunk)),
    end: () => {
      take(decoder.end());
      if (rest !== '') onLine(rest);
      rest = '';
    },
  };
}
