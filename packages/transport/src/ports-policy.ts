/** Which ports may be called. */

/** The first and the last port of a range, 1 to 65535. */
export type PortRange = readonly [first: number, last: number];

/**
 * The ports that browsers do not call either, because what listens there takes a POST for something else (the bad
 * ports of the Fetch standard, but for 1 and 9, where nothing can be made to act), and those of Redis, its Sentinel, memcached and PostgreSQL.
 */
const OTHER_PROTOCOLS: ReadonlySet<number> = new Set([
  7, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104, 109, 110,
  111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515, 526, 530,
  531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049, 3659, 4045,
  4190, 5060, 5061, 5432, 6000, 6379, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10_080, 11_211, 26_379,
]);

/** Whether a port may be called: one in `allowed`, or without that any that no other protocol is known for. */
export function isPortAllowed(port: number, allowed: readonly PortRange[] | null): boolean {
  if (allowed === null) return !OTHER_PROTOCOLS.has(port);
  return allowed.some(([first, last]) => port >= first && port <= last);
}
