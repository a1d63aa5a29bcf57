/** Who vouches for the receiver's HTTPS: an authority of this run, in its folder. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createAuthority } from '@hooklane/testkit';
import type { KeyPair } from '@hooklane/testkit';

/** A certificate and what senders need to trust it. */
export interface ReceiverAuthority extends AsyncDisposable {
  pair: KeyPair;
  /** For `NODE_EXTRA_CA_CERTS`. */
  caFile: string;
}

/** Makes them with the `openssl` command. Rejects when there is none. */
export async function openAuthority(folder: string): Promise<ReceiverAuthority> {
  try {
    const authority = await createAuthority();
    const caFile = join(folder, 'ca.pem');
    await writeFile(caFile, await authority.certificate());
    const pair = await authority.issue('IP:127.0.0.1');
    return { pair, caFile, [Symbol.asyncDispose]: () => authority.dispose() };
  } catch (cause) {
    throw new Error('The rows with HTTPS need a certificate, and the openssl command could not make one.', {
      cause,
    });
  }
}
