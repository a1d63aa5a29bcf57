/** A client of ioredis, whatever it is connected to. */
import type { Cluster, Redis } from 'ioredis';

/** One server, or all nodes of a Cluster. */
export type RedisClient = Redis | Cluster;
