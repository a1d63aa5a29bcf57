/** What a Redis holds, byte for byte: what somebody sees who gets a copy of it. */

/** Keys and values. */
const DUMP_ALL =
  "local all = {} for _, key in ipairs(redis.call('KEYS', '*')) do all[#all + 1] = key .. ' ' .. redis.call('DUMP', key) end return table.concat(all)";

/** Everything, uncompressed, as Latin-1. `ask` sends one inline command. */
export async function dumpRedis(ask: (command: string) => Promise<unknown>): Promise<string> {
  await ask('CONFIG SET rdbcompression no');
  return String(await ask(`EVAL "${DUMP_ALL}" 0`));
}
