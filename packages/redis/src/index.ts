/** Connections to Redis, and the only importer of ioredis: what one server, Cluster and Sentinel have in common. */
export { closeClient } from './close-client.ts';
export { explainFailure, isConnectionFailure, whyUnconnected } from './failures.ts';
export { nodeOf } from './node-of.ts';
export { openClient, openSibling } from './open-client.ts';
export type { ClientBounds } from './open-client.ts';
export type { RedisClient } from './redis-client.ts';
export { formatAccess, readAccess } from './read-access.ts';
export type { ReadAccess } from './read-access.ts';
export { writeToReplicas } from './write-to-replicas.ts';
/** One server, as `nodeOf` and `duplicate` give it. */
export type { Redis } from 'ioredis';
