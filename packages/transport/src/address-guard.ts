/**
 * Which addresses may be called: public ones, and the networks that the operator allows.
 * Pure: no DNS here. The connector asks again for the address that a socket really uses.
 */
import { HooklaneError } from '@hooklane/core';
import ipaddr from 'ipaddr.js';
import { addressesOfName, isPrivateName } from './private-names.ts';

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** Networks in CIDR form, read once by {@link parseNetworks}. */
export type Networks = readonly (readonly [Address, number])[];

const IPV6_GLOBAL = ipaddr.IPv6.parseCIDR('2000::/3');
const NAT64 = ipaddr.IPv6.parseCIDR('64:ff9b::/96');

/** Public by their range, but answered by the machinery of a cloud to whoever runs inside it. */
const INFRASTRUCTURE = (
  [
    '168.63.129.16/32', // Azure's WireServer
    '161.26.0.0/16', // IBM Cloud, services of the host
    '166.8.0.0/14', // IBM Cloud, private endpoints
    '192.80.8.124/32', // Equinix Metal's metadata
  ] as const
).map((cidr) => ipaddr.IPv4.parseCIDR(cidr));

/** The first half of the interface id of ISATAP (RFC 5214, 6.1); the second half is an IPv4 address. */
const ISATAP_PARTS: readonly (readonly [number, number])[] = [
  [0x0000, 0x5efe],
  [0x0200, 0x5efe],
];

/**
 * Reads CIDRs such as `10.0.0.0/8` or `fd00::/8`; a plain address means that one alone.
 * Throws `invalid_setting` and names the entry that cannot be read.
 */
export function parseNetworks(cidrs: readonly string[]): Networks {
  return cidrs.map((cidr) => {
    const network = parseNetwork(cidr.trim());
    if (network !== null) return network;
    throw new HooklaneError('invalid_setting', {
      detail: `An allowed network must be a CIDR such as 10.0.0.0/8 or fd00::/8; this one is ${JSON.stringify(cidr.slice(0, 64))}.`,
      field: 'allowedNetworks',
    });
  });
}

function parseNetwork(cidr: string): readonly [Address, number] | null {
  // The parser would also read 10/8 and 0x0a.0/8; nobody who wrote that should be let guess.
  if (ipaddr.IPv4.isValidFourPartDecimal(cidr)) return [ipaddr.IPv4.parse(cidr), 32];
  if (ipaddr.IPv4.isValidCIDRFourPartDecimal(cidr)) return ipaddr.IPv4.parseCIDR(cidr);
  if (ipaddr.IPv6.isValid(cidr)) return unmapNetwork(ipaddr.IPv6.parse(cidr), 128);
  if (ipaddr.IPv6.isValidCIDR(cidr)) return unmapNetwork(...ipaddr.IPv6.parseCIDR(cidr));
  return null;
}

/** `::ffff:10.0.0.0/104` is `10.0.0.0/8`: mapped addresses are judged as IPv4. */
function unmapNetwork(address: ipaddr.IPv6, prefix: number): readonly [Address, number] {
  if (address.isIPv4MappedAddress() && prefix >= 96) return [address.toIPv4Address(), prefix - 96];
  return [address, prefix];
}

/**
 * null when this address may be called, else why not, in a word or two (`loopback`, `private`, `link local`).
 * IPv4-mapped addresses are judged as IPv4; so are NAT64 addresses (64:ff9b::/96), which is how networks without
 * IPv4 reach public IPv4. What cannot be read is refused.
 */
export function checkAddress(ip: string, allowed: Networks): string | null {
  const text = hexOnly(ip);
  if (!ipaddr.isValid(text)) return 'not an address';
  const address = ipaddr.process(text);
  if (allowed.some((network) => contains(network, address))) return null;
  if (address instanceof ipaddr.IPv6) return checkIPv6(address, allowed);
  const range = address.range();
  if (range !== 'unicast') return describe(range);
  return INFRASTRUCTURE.some((network) => address.match(network)) ? 'cloud infrastructure' : null;
}

/** IPv6 that ends in an IPv4 address, without its dots: ipaddr.js would read `::1.2.3.4` as `::ffff:1.2.3.4`. */
function hexOnly(ip: string): string {
  if (!ip.includes(':') || !ip.includes('.')) return ip;
  return URL.parse(`http://[${ip}]/`)?.hostname.slice(1, -1) ?? '';
}

function checkIPv6(address: ipaddr.IPv6, allowed: Networks): string | null {
  if (address.match(NAT64)) {
    const embedded = new ipaddr.IPv4(address.toByteArray().slice(12));
    return checkAddress(embedded.toString(), allowed);
  }
  const range = address.range();
  if (range !== 'unicast') return describe(range);
  // Everything outside 2000::/3 is not given out, whatever a table of ranges does not know yet.
  if (!address.match(IPV6_GLOBAL)) return 'not global';
  return isIsatap(address) ? 'isatap' : null;
}

/** A host with an ISATAP interface would send it on over IPv4, to the address in its second half. */
function isIsatap({ parts }: ipaddr.IPv6): boolean {
  return ISATAP_PARTS.some(([first, second]) => parts[4] === first && parts[5] === second);
}

function contains([network, prefix]: readonly [Address, number], address: Address): boolean {
  return network.kind() === address.kind() && address.match(network, prefix);
}

/** `linkLocal` → `link local`. */
function describe(range: string): string {
  return range.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

/**
 * What can be said of a host without asking DNS, as `new URL()` or a socket names it: a name, an address, `[::1]`.
 * null when nothing speaks against it, else one sentence; a name that passes is still judged by each address it
 * resolves to when a connection is made. The URL parser has already turned `0x7f.1`, `2130706433` and the like into
 * four decimal parts.
 */
export function checkHost(hostname: string, allowed: Networks): string | null {
  const host = bareHost(hostname);
  if (host === '') return 'The URL has no host.';
  if (ipaddr.isValid(host)) {
    const reason = checkAddress(host, allowed);
    return reason === null ? null : `The address ${host} may not be called: it is ${reason}.`;
  }
  return isPublicName(host, allowed) ? null : `The host ${host} may not be called: it is not public.`;
}

/** Names that mean one address are judged as that; names of private networks only count where networks are allowed. */
function isPublicName(host: string, allowed: Networks): boolean {
  const addresses = addressesOfName(host);
  if (addresses !== null) return addresses.some((address) => checkAddress(address, allowed) === null);
  return allowed.length > 0 || !isPrivateName(host);
}

/** Without brackets and trailing dots, in lower case. */
function bareHost(hostname: string): string {
  const inner = hostname.startsWith('[') && hostname.endsWith(']') ? hostname.slice(1, -1) : hostname;
  return inner.replace(/\.+$/, '').toLowerCase();
}
