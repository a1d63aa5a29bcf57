/** What happens to the server. */
import { eventually, startTcpProxy } from '@hooklane/testkit';
import type { TcpProxy, TestRedis } from '@hooklane/testkit';
import type { Fault } from '../kit/fault.ts';
import type { House } from '../kit/house.ts';
import { startPlainRedis } from './plain-redis.ts';

/** The server reaches Redis through a proxy that can keep the replies. */
interface ProxiedRedis extends TestRedis {
  proxy: TcpProxy;
}

async function startProxied(): Promise<ProxiedRedis> {
  const redis = await startPlainRedis();
  const proxy = await startTcpProxy(redis.port);
  return {
    ...redis,
    proxy,
    async stop() {
      await proxy.close();
      await redis.stop();
    },
  };
}

/** Is in the body of every event of the load, and so in the command that writes it. */
const IN_A_BODY = 'build_num';

/** So many are no chance. */
const SURELY = 5;

/**
 * The reply to the write of an event is kept from the server, so that it cannot answer; that the receivers get the event
 * all the same shows that it was taken. Then the server is killed.
 */
async function killBeforeTheAnswer(house: House<ProxiedRedis>): Promise<void> {
  const { ledger, programs, redis } = house;
  redis.proxy.holdRepliesTo(IN_A_BODY);
  // On a busy machine many are brought before their answer has come: those are acknowledged yet, and do not count.
  let fewest = ledger.unacknowledged;
  await eventually(
    () => {
      fewest = Math.min(fewest, ledger.unacknowledged);
      if (ledger.unacknowledged < fewest + SURELY)
        throw new Error('No event was brought that is not acknowledged.');
    },
    { timeoutMs: 20_000, describe: 'an event that was taken and not acknowledged' },
  );
  await programs.server.kill9();
  redis.proxy.letGo();
  await programs.restartServer();
}

/** The row `server-kill`. */
export const SERVER_KILL: Fault<ProxiedRedis> = {
  name: 'server-kill',
  title:
    'kill -9 of the server after Redis took events and before it answered; clients emit again with the same id',
  repeats: null,
  startRedis: startProxied,
  serverRedisUrl: ({ proxy }) => `redis://127.0.0.1:${proxy.port}`,
  async inject(house, { short, pause }) {
    for (let i = 0; i < (short ? 1 : 3); i += 1) {
      await killBeforeTheAnswer(house);
      await pause(1000);
    }
    house.mended();
  },
};
