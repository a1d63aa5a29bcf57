/** For tests only: a real Redis, a scripted receiver, a clock to turn, and bounded waiting. */
/** @public */
export { createTestClock } from './clock/test-clock.ts';
export type { TestClock } from './clock/test-clock.ts';
export { startDnsServer } from './dns/dns-server.ts';
export type { DnsServer } from './dns/dns-server.ts';
export {
  HARMLESS_URLS,
  HOSTILE_ANSWERS,
  HOSTILE_FORMS,
  HOSTILE_LITERALS,
  HOSTILE_NAMES,
} from './hostile/hostile-urls.ts';
export type { HostileUrl } from './hostile/hostile-urls.ts';
export { startReceiver } from './receiver/scripted-receiver.ts';
export type { Receiver, ReceiverOptions } from './receiver/scripted-receiver.ts';
export type { AnswerStep, NamedStep, Script, Step } from './receiver/script.ts';
export type { ReceivedRequest } from './receiver/request-log.ts';
export { startRedis } from './redis/start-redis.ts';
export type { TestRedis, TestRedisOptions } from './redis/test-redis.ts';
export { eventually } from './waiting/eventually.ts';
export type { EventuallyOptions } from './waiting/eventually.ts';
