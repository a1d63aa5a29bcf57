/** One POST, one deadline, size cap, address guard. The only importer of undici. No retry of its own. */
export { checkUrlAddress } from './address-guard.ts';
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
