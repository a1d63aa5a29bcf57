/** What a Redis holds, byte for byte: what somebody sees who gets a copy of it. */
import { askRedis } from '@hooklane/testkit';

/** Keys and values. */
const DUMP_ALL =
  "local all = {} for _, key in ipairs(redis.call('KEYS', '*')) do all[#all + 1] = key .. ' ' .. redis.call('DUMP', key) end return table.concat(all)";

/** Everything, uncompressed, as Latin-1. */
export async function dumpRedis(port: number, password: string): Promise<string> {
  await askRedis(port, 'CONFIG SET rdbcompression no', password);
  return String(await askRedis(port, `EVAL "${DUMP_ALL}" 0`, password));
}
