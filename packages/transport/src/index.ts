/** One POST, one deadline, size cap, address guard. The only importer of undici. No retry of its own. */
export { createUrlCheck } from './build-dispatch.ts';
export type { UrlPolicy } from './build-dispatch.ts';
export type { PortRange } from './ports-policy.ts';
export type {
  BodyExcerpt,
  FailureCode,
  FailureReason,
  PostAnswer,
  PostFailure,
  PostRequest,
  PostResult,
} from './post-result.ts';
export type { LookupAll } from './share-lookups.ts';
export { createTransport } from './transport.ts';
export type { Transport, TransportOptions } from './transport.ts';
