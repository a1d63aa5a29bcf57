/**
 * A real DNS server on loopback whose answers a test can change between two questions. It knows IPv4 addresses only,
 * with a time to live of 0.
 */
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { Resolver } from 'node:dns/promises';
import { once } from 'node:events';
import dnsPacket from 'dns-packet';

/** A running DNS server. */
export interface DnsServer {
  /** The names that were asked for, in order. */
  readonly asked: readonly string[];
  /** From now on the name has these IPv4 addresses; without any it does not exist. */
  answer(name: string, addresses: readonly string[]): void;
  /** Asks this server. Rejects with `ENOTFOUND` for a name that it does not know. */
  lookup(name: string): Promise<{ address: string; family: number }[]>;
  close(): Promise<void>;
}

/** Starts a server on a free port. */
export async function startDnsServer(): Promise<DnsServer> {
  const socket = createSocket('udp4');
  const zone = new Map<string, readonly string[]>();
  const asked: string[] = [];
  socket.on('message', (message, from) => reply({ socket, zone, asked }, message, from));
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const resolver = new Resolver({ timeout: 2000, tries: 2 });
  resolver.setServers([`127.0.0.1:${socket.address().port}`]);
  return {
    asked,
    answer(name, addresses) {
      zone.set(name.toLowerCase(), addresses);
    },
    lookup: async (name) => (await resolver.resolve4(name)).map((address) => ({ address, family: 4 })),
    async close() {
      resolver.cancel();
      socket.close();
      await once(socket, 'close');
    },
  };
}

interface Desk {
  socket: Socket;
  zone: ReadonlyMap<string, readonly string[]>;
  asked: string[];
}

function reply({ socket, zone, asked }: Desk, message: Buffer, from: RemoteInfo): void {
  const query = dnsPacket.decode(message);
  const [question] = query.questions ?? [];
  if (question === undefined) return;
  asked.push(question.name);
  const addresses = zone.get(question.name.toLowerCase()) ?? [];
  const answers = addresses.map((data) => ({ type: 'A' as const, name: question.name, ttl: 0, data }));
  // 3: there is no such name.
  const flags = dnsPacket.RECURSION_AVAILABLE | (answers.length > 0 ? 0 : 3);
  const packet = dnsPacket.encode({
    type: 'response',
    id: query.id ?? 0,
    flags,
    questions: [question],
    answers,
  });
  socket.send(packet, from.port, from.address);
}
