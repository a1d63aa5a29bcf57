/** Reads the raw body of a request within a size and a time, whatever the framework. */

/** What was read. `gone`: the sender hung up; nobody waits for an answer. */
export type BodyRead = { is: 'read'; body: Uint8Array } | { is: 'too_large' | 'too_late' | 'gone' };

/** The bounds of {@link readBody}. */
export interface BodyBounds {
  maxBytes: number;
  timeoutMs: number;
}

/**
 * A sender that is still writing would often miss an answer, because the socket is reset under it. So a body that is
 * too large is read on and thrown away, up to this many times its bound.
 */
const DISCARD_FACTOR = 4;

/**
 * Reads all chunks. It never calls `return`, which would destroy the socket that the answer needs: to end the source
 * is for who owns it.
 */
export async function readBody(chunks: AsyncIterator<Uint8Array>, bounds: BodyBounds): Promise<BodyRead> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<'late'>((resolve) => {
    timer = setTimeout(resolve, bounds.timeoutMs, 'late');
  });
  const kept: Uint8Array[] = [];
  let size = 0;
  try {
    for (;;) {
      const step = await Promise.race([chunks.next(), deadline]);
      if (step === 'late') return { is: size > bounds.maxBytes ? 'too_large' : 'too_late' };
      if (step.done === true) break;
      size += step.value.byteLength;
      if (size <= bounds.maxBytes) kept.push(step.value);
      else kept.length = 0;
      if (size > bounds.maxBytes * DISCARD_FACTOR) break;
    }
  } catch {
    return { is: 'gone' };
  } finally {
    clearTimeout(timer);
  }
  return size > bounds.maxBytes ? { is: 'too_large' } : { is: 'read', body: Buffer.concat(kept) };
}
