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
export { startTcpProxy } from './network/tcp-proxy.ts';
export type { TcpProxy } from './network/tcp-proxy.ts';
export { callApi } from './programs/call-api.ts';
export type { ApiAnswer, ApiCall } from './programs/call-api.ts';
export { startPrograms } from './programs/start-programs.ts';
export type { Programs, ProgramsOptions } from './programs/start-programs.ts';
export { startRawReceiver } from './receiver/raw-receiver.ts';
export type { RawReceiver, RawReceiverOptions } from './receiver/raw-receiver.ts';
export { startReceiver } from './receiver/scripted-receiver.ts';
export type { Receiver, ReceiverOptions } from './receiver/scripted-receiver.ts';
export type { AnswerStep, NamedStep, Script, Step, StepFor } from './receiver/script.ts';
export type { ReceivedRequest } from './receiver/request-log.ts';
export { startRedisCluster } from './redis/start-cluster.ts';
export type { ClusterOptions, RedisCluster } from './redis/start-cluster.ts';
export { startSentinel } from './redis/start-sentinel.ts';
export type { SentinelHouse, SentinelOptions } from './redis/start-sentinel.ts';
export { startSteppedRedis, whyNoSteps } from './redis/start-stepped-redis.ts';
export type { SteppedRedis } from './redis/start-stepped-redis.ts';
export { startTlsRedis } from './redis/start-tls-redis.ts';
export type { TlsRedis } from './redis/start-tls-redis.ts';
export { askRedis } from './redis/ask-redis.ts';
export type { Reply } from './redis/ask-redis.ts';
export { startRedis } from './redis/start-redis.ts';
export type { TestRedis, TestRedisOptions } from './redis/test-redis.ts';
export { createAuthority } from './tls/authority.ts';
export type { Authority, KeyPair } from './tls/authority.ts';
export { eventually } from './waiting/eventually.ts';
export type { EventuallyOptions } from './waiting/eventually.ts';
