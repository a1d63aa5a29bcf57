/** Where spooled events go that the server refuses: beside the spool, for a person to look at. */
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { ApiError } from '@hooklane/client';
import type { AcceptedEvent } from '@hooklane/core';
import { CliError } from '../cli-error.ts';

/** Its name in the folder of the spool. */
export const REFUSED_FILE = 'refused.ndjson';

/** Nobody has looked at so many; then a flush stops rather than fill the disk. */
const MAX_BYTES = 64 * 1024 * 1024;

/**
 * Adds a line: why, and the event with its body as text. When it resolves, the line is on the disk. Throws
 * `refused_file_full`, `refused_file_unwritable`.
 */
export async function keepRefused(dir: string, event: AcceptedEvent, error: ApiError): Promise<void> {
  const { code, status, message: detail } = error;
  const { id, type, account, body } = event;
  const occurredAt = new Date(event.occurredAt).toISOString();
  const line = { code, status, detail, event: { id, type, account, occurredAt, body } };
  await append(dir, `${JSON.stringify(line)}\n`).catch((cause: unknown) => {
    if (cause instanceof CliError) throw cause;
    const reason = (cause as Error).message;
    throw new CliError('refused_file_unwritable', `${join(dir, REFUSED_FILE)} cannot be written: ${reason}`, {
      hint: 'Nothing is lost: the event stays in the spool.',
    });
  });
}

async function append(dir: string, line: string): Promise<void> {
  const path = join(dir, REFUSED_FILE);
  const file = await open(path, 'a', 0o600);
  try {
    if ((await file.stat()).size > MAX_BYTES) {
      throw new CliError('refused_file_full', `${path} has more than ${MAX_BYTES} bytes of refused events.`, {
        hint: 'Look why they are refused, and move the file away. The event stays in the spool.',
      });
    }
    await file.appendFile(line);
    await file.datasync();
  } finally {
    await file.close();
  }
}
