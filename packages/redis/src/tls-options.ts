/** TLS to Redis: always checked, by the authorities of Node or by those that were named. */
import type { ReadAccess } from './read-access.ts';

/** What `tls.connect` gets. */
export interface TlsOptions {
  ca?: string;
  servername?: string;
}

/** undefined: without TLS. */
export function tlsOptions({ address, ca, serverName }: ReadAccess): TlsOptions | undefined {
  if (!address.tls) return undefined;
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(serverName === undefined ? {} : { servername: serverName }),
  };
}
