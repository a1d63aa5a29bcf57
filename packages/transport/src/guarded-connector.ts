/**
 * The one place where sockets are made. An address is checked three times: as it stands in the URL (a literal
 * never reaches `lookup`), as DNS answers it, and as the connected socket reports it. The last two look at the
 * very address that is used, so a name that changes between two answers (rebinding) gains nothing.
 */
import { lookup as dnsLookup } from 'node:dns/promises';
import type { LookupFunction, Socket } from 'node:net';
import { buildConnector } from 'undici';
import { checkAddress, checkHost, type Networks } from './address-guard.ts';
import { shareLookups, type LookupAll } from './share-lookups.ts';

/** The guard forbids this connection. The message may be shown to the owner of the webhook. */
export class BlockedAddressError extends Error {
  readonly code = 'HOOKLANE_BLOCKED_ADDRESS';
}

/** What the connector needs. */
export interface ConnectorOptions {
  allowed: Networks;
  /** For name look-up, TCP and TLS together, ms. */
  connectTimeoutMs: number;
  /** Certificates to trust instead of the built-in ones, PEM. */
  ca?: string;
  /** Resolves a name to all its addresses. Default: the system's resolver. */
  lookup?: LookupAll;
}

/** One connector for all pools, so that they share one cache of TLS sessions. */
export function createConnector(options: ConnectorOptions): buildConnector.connector {
  const lookup = options.lookup ?? ((hostname) => dnsLookup(hostname, { all: true, order: 'verbatim' }));
  const base = buildConnector({
    allowH2: false,
    autoSelectFamily: true,
    timeout: options.connectTimeoutMs,
    maxCachedSessions: 1000,
    lookup: filteredLookup(shareLookups(lookup), options.allowed),
    ...(options.ca === undefined ? {} : { ca: options.ca }),
  });
  return guardConnector(base, options.allowed);
}

/** Puts the check of literals before a connector, and the check of the connected socket after it. */
export function guardConnector(base: buildConnector.connector, allowed: Networks): buildConnector.connector {
  return (target, callback) => {
    const problem = checkHost(target.hostname, allowed);
    // Not at once: undici is still in the middle of asking.
    if (problem !== null) return queueMicrotask(() => callback(new BlockedAddressError(problem), null));
    base(target, (error, socket) => {
      if (error !== null) return callback(error, null);
      if (isAllowedPeer(socket, allowed)) return callback(null, socket);
      socket.destroy();
      callback(blockedName(), null);
    });
  };
}

/** A socket whose peer is gone already has no address; it cannot carry anything either. */
function isAllowedPeer(socket: Socket, allowed: Networks): boolean {
  return socket.remoteAddress === undefined || checkAddress(socket.remoteAddress, allowed) === null;
}

function filteredLookup(lookup: LookupAll, allowed: Networks): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname).then(
      (addresses) => {
        const usable = addresses.filter(({ address }) => checkAddress(address, allowed) === null);
        const [first] = usable;
        if (first === undefined) callback(addresses.length > 0 ? blockedName() : noAddress(hostname), '');
        else if (options.all === true) callback(null, usable);
        else callback(null, first.address, first.family);
      },
      (error: NodeJS.ErrnoException) => callback(error, ''),
    );
  };
}

/** Says no more than needed: which internal names exist and where they point is nobody's business. */
function blockedName(): BlockedAddressError {
  return new BlockedAddressError('The host resolves to an address that may not be called.');
}

function noAddress(hostname: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`no address for ${hostname}`), { code: 'ENOTFOUND' });
}
