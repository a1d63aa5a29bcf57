/** What a request may be, and how long it may take to come; errors name these. */
export const LIMITS = {
  /** For a whole request to arrive, ms; its headers have two thirds of that. */
  requestTimeout: 15_000,
  /** How often Node looks for requests that are too slow, ms; by itself it looks every 30 s. */
  connectionsCheckingInterval: 1000,
  /** A connection on which nothing moves, ms. */
  connectionTimeout: 30_000,
  /** Longer than the load balancers' usual 60 s, so that they close first. */
  keepAliveTimeout: 72_000,
  maxHeaderBytes: 16 * 1024,
  maxConnections: 10_000,
  /** A name of 256 characters, or an event's id and a webhook's. */
  maxParamChars: 1024,
} as const;
