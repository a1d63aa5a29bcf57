/** For pictures only: the counters of an hour, as workers would have left them. What follows is counted on top by real ones. */
import { once } from 'node:events';
import { connect } from 'node:net';

const MINUTES = 59;

/** Writes them into the Redis of a house. */
export async function writePastHour(redisUrl: string): Promise<void> {
  const { hostname, port } = new URL(redisUrl);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  const now = Math.floor(Date.now() / 60_000);
  for (let ago = MINUTES; ago > 0; ago -= 1) socket.write(`HSET {h0}:rate:${now - ago} ${fieldsOf(ago)}\r\n`);
  socket.end('QUIT\r\n');
  socket.resume();
  await once(socket, 'close');
}

/** A quiet hour with one receiver that was down for ten minutes, and slow before and after. */
function fieldsOf(ago: number): string {
  const wave = Math.sin(ago / 5) + Math.sin(ago / 2.3) / 2;
  const accepted = Math.round(180 + 45 * wave);
  const isDown = ago <= 34 && ago > 24;
  const isSlow = ago <= 38 && ago > 20;
  const rejected = isDown ? Math.round(38 + 9 * wave) : ago % 9 === 0 ? 4 : 0;
  const timeout = isSlow ? Math.round(14 + 5 * wave) : 0;
  const delivered = accepted - (isDown ? 30 : 0);
  // Bucket b holds latencies about 2^((b + 0.5) / 4) ms.
  const latencies = {
    14: 0.2,
    [17 + (ago % 3)]: 0.36,
    20: 0.3,
    [25 + (ago % 2)]: 0.08,
    [isSlow ? 44 + (ago % 4) : 29 + (ago % 5)]: isSlow ? 0.07 : 0.04,
  };
  const fields: Record<string, number> = { accepted, delivered, failed: rejected + timeout };
  if (rejected > 0) fields['o:rejected'] = rejected;
  if (timeout > 0) fields['o:timeout'] = timeout;
  if (isDown) fields['o:unreachable'] = 6;
  for (const [bucket, share] of Object.entries(latencies))
    fields[`l:${bucket}`] = Math.round(share * delivered);
  return Object.entries(fields).flat().join(' ');
}
