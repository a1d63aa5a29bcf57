/** Counts the requests in the bytes of one connection: HTTP/1.1 with content-length, cut and joined in any way. */

const HEAD_END = Buffer.from('\r\n\r\n');
const CONTENT_LENGTH = /\r\ncontent-length: *(\d+)/i;

/** What a request line and its headers may have, bytes. */
export const MAX_HEAD_BYTES = 16 * 1024;

/** The reader of one connection. It looks for nothing but the length of the body: that is what makes it cheap. */
export class RequestCounter {
  /** The beginning of a head whose end has not come yet. */
  #head: Buffer | null = null;
  #bodyBytesLeft = 0;
  /** Of the request that is being read; kept only for those who want it. */
  #lastHead = '';
  readonly #onRequest: ((head: string) => void) | null;

  /** `onRequest` hears the request line and headers of each request when its last byte has come. */
  constructor(onRequest: ((head: string) => void) | null = null) {
    this.#onRequest = onRequest;
  }

  /** Takes the next bytes; how many requests end in them. Throws RangeError for a head without an end or a length. */
  push(chunk: Buffer): number {
    let complete = 0;
    let at = 0;
    while (at < chunk.length) {
      if (this.#bodyBytesLeft > 0) {
        const skipped = Math.min(this.#bodyBytesLeft, chunk.length - at);
        this.#bodyBytesLeft -= skipped;
        at += skipped;
      } else {
        const next = this.#readHead(chunk, at);
        if (next < 0) return complete;
        at = next;
      }
      if (this.#bodyBytesLeft > 0) continue;
      complete += 1;
      this.#onRequest?.(this.#lastHead);
    }
    return complete;
  }

  /** Where the body begins, or -1 when the head goes on in the next chunk. */
  #readHead(chunk: Buffer, at: number): number {
    const before = this.#head;
    const bytes = before === null ? chunk.subarray(at) : Buffer.concat([before, chunk.subarray(at)]);
    const end = bytes.indexOf(HEAD_END);
    if (end < 0 ? bytes.length > MAX_HEAD_BYTES : end > MAX_HEAD_BYTES) {
      throw new RangeError('a head without an end');
    }
    this.#head = end < 0 ? bytes : null;
    if (end < 0) return -1;
    const head = bytes.toString('latin1', 0, end);
    if (this.#onRequest !== null) this.#lastHead = head;
    const length = CONTENT_LENGTH.exec(head);
    if (length === null) throw new RangeError('a request without content-length');
    this.#bodyBytesLeft = Number(length[1]);
    return at + end + HEAD_END.length - (before?.length ?? 0);
  }
}
