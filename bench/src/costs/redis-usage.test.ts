import { expect, test } from '@jest/globals';
import { startRedis } from '@hooklane/testkit';
import { Redis } from 'ioredis';
import { parseRedisUsage, readRedisUsage } from './redis-usage.ts';

test('commands, scripts and bytes are read from INFO', () => {
  const info = [
    '# Memory',
    'used_memory:1000',
    'used_memory_dataset:400',
    '# Stats',
    'total_net_input_bytes:70',
    'total_net_output_bytes:30',
    '# CPU',
    'used_cpu_sys:0.250000',
    'used_cpu_user:1.500001',
    'used_cpu_sys_children:9.000000',
    '# Commandstats',
    'cmdstat_evalsha:calls=3,usec=90,usec_per_call=30.00,rejected_calls=0,failed_calls=0',
    'cmdstat_config|get:calls=1,usec=9,usec_per_call=9.00,rejected_calls=0,failed_calls=0',
    'cmdstat_hset:calls=40,usec=90,usec_per_call=2.25,rejected_calls=0,failed_calls=0',
    '',
  ].join('\r\n');
  expect(parseRedisUsage(info)).toEqual({
    cpuMicros: 1_750_001,
    commands: 44,
    scripts: 3,
    bytes: 100,
    dataBytes: 400,
  });
});

test('what a script does counts as well, and so does what it leaves', async () => {
  const redis = await startRedis();
  const client = new Redis(redis.url);
  try {
    await client.flushall();
    const before = await readRedisUsage(client);
    await client.eval("for i = 1, 100 do redis.call('set', KEYS[1] .. i, string.rep('x', 1000)) end", 1, 'k');
    const after = await readRedisUsage(client);
    // The script, what it calls, and the first INFO.
    expect(after.commands - before.commands).toBe(102);
    expect(after.scripts - before.scripts).toBe(1);
    expect(after.dataBytes - before.dataBytes).toBeGreaterThan(100_000);
    expect(after.bytes).toBeGreaterThan(before.bytes);
    expect(after.cpuMicros).toBeGreaterThanOrEqual(before.cpuMicros);
  } finally {
    client.disconnect();
    await redis.stop();
  }
});
