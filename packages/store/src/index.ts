/** Everything that Hooklane keeps in Redis: the only place with its keys and scripts. */
export { connectStore, type StoreConnection } from './connect.ts';
export { createStore, createStores, type Store } from './create-store.ts';
export { createShardedStore, type ShardedStore } from './sharded/sharded-store.ts';
export { createSecretBox, type SecretBox } from './secrets.ts';
export type { RedisCall, StoreOptions } from './store-context.ts';
export type { DispatchResult } from './dispatch.ts';
export type { SettleRequest, TakeRequest } from './lanes.ts';
export type { DeliveryFilter, DeliveryPage } from './search.ts';
export type { EventRecord, RedeliverResult } from './deliveries.ts';
export type { RedriveJob, RedriveStep } from './redrives.ts';
export { abortMove, moveShards } from './move/move-shards.ts';
export type { MoveProgress, MoveQueues } from './move/move-shards.ts';
export { memorySentence } from './memory-budget.ts';
export type { NewNotice, NoticeFilter } from './notices.ts';
export type { NotificationSettings, NotificationTarget } from './notifications.ts';
export type { NewWebhook, WebhookPatch } from './webhooks.ts';
export type { MinuteRates, OpenLane, RedisReport, WorkerBeat } from './operations.ts';
