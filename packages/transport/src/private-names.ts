/** Host names that say by themselves that they are not public. */

/** Names that mean an address wherever they resolve at all. */
const WELL_KNOWN_NAMES: ReadonlyMap<string, readonly string[]> = new Map([
  ['localhost', ['127.0.0.1', '::1']],
  ['localhost.localdomain', ['127.0.0.1', '::1']],
  ['ip6-localhost', ['::1']],
  ['ip6-loopback', ['::1']],
  ['metadata', ['169.254.169.254']],
  ['metadata.google.internal', ['169.254.169.254']],
  ['metadata.goog', ['169.254.169.254']],
  ['metadata.azure.internal', ['169.254.169.254']],
  ['metadata.azure.com', ['169.254.169.254']],
  ['metadata.tencentyun.com', ['169.254.0.23']],
  ['metadata.packet.net', ['192.80.8.124']],
  ['metadata.platformequinix.com', ['192.80.8.124']],
  ['instance-data', ['169.254.169.254']],
  ['instance-data.ec2.internal', ['169.254.169.254']],
]);

/**
 * Endings that public DNS does not have: special use (RFC 6761, 6762, 7686, 8375), `internal` as ICANN reserved it in
 * 2024, and what is never delegated because private networks use it (RFC 6762, appendix G; ICANN's name collisions).
 */
const PRIVATE_ENDINGS: ReadonlySet<string> = new Set([
  'local',
  'localdomain',
  'internal',
  'intranet',
  'private',
  'corp',
  'home',
  'lan',
  'home.arpa',
  'onion',
]);

/** The addresses that a name always means, or null. `host` as it compares: lower case, no trailing dot. */
export function addressesOfName(host: string): readonly string[] | null {
  return WELL_KNOWN_NAMES.get(host.endsWith('.localhost') ? 'localhost' : host) ?? null;
}

/** Whether a name can only lead into a private network: a single label, or an ending that public DNS does not have. */
export function isPrivateName(host: string): boolean {
  const labels = host.split('.');
  if (labels.length < 2) return true;
  return PRIVATE_ENDINGS.has(labels.at(-1) ?? '') || PRIVATE_ENDINGS.has(labels.slice(-2).join('.'));
}
