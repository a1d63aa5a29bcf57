/** Turns an error of undici, Node or OpenSSL into one of our codes and a sentence for a person. */
import { BlockedAddressError } from './guarded-connector.ts';
import type { FailureCode, FailureReason } from './post-result.ts';

const CODES: ReadonlyMap<string, FailureCode> = new Map([
  ['UND_ERR_CONNECT_TIMEOUT', 'connect_timeout'],
  ['ECONNREFUSED', 'refused'],
  ['ECONNRESET', 'reset'],
  ['ECONNABORTED', 'reset'],
  ['EPIPE', 'reset'],
  ['UND_ERR_SOCKET', 'reset'],
  ['ENOTFOUND', 'dns'],
  ['EHOSTUNREACH', 'unreachable'],
  ['ENETUNREACH', 'unreachable'],
  ['EADDRNOTAVAIL', 'unreachable'],
  ['EHOSTDOWN', 'unreachable'],
  ['ENETDOWN', 'unreachable'],
  ['HOOKLANE_NO_SOCKET', 'local_resources'],
  ['EMFILE', 'local_resources'],
  ['ENFILE', 'local_resources'],
  ['ENOBUFS', 'local_resources'],
  ['ENOMEM', 'local_resources'],
  ['EAI_MEMORY', 'local_resources'],
  ['UND_ERR_HEADERS_OVERFLOW', 'headers_too_large'],
  ['UND_ERR_INVALID_ARG', 'bad_request'],
  ['UND_ERR_REQ_CONTENT_LENGTH_MISMATCH', 'bad_request'],
  ['UND_ERR_NOT_SUPPORTED', 'bad_request'],
  ['UND_ERR_RES_CONTENT_LENGTH_MISMATCH', 'bad_response'],
  ['UND_ERR_DESTROYED', 'closed'],
  ['UND_ERR_CLOSED', 'closed'],
]);

const MESSAGES = {
  timeout: 'The receiver did not answer in time.',
  connect_timeout: 'No connection could be made in time.',
  refused: 'The connection was refused.',
  reset: 'The connection was closed before there was an answer.',
  dns: 'The host name cannot be resolved.',
  tls: 'The TLS handshake failed.',
  blocked_address: 'The address may not be called.',
  blocked_port: 'The port may not be called.',
  bad_url: 'The URL cannot be called.',
  bad_request: 'The request cannot be sent.',
  headers_too_large: 'The headers of the answer are larger than 16 KiB.',
  bad_response: 'The answer is not valid HTTP/1.1.',
  aborted: 'The request was stopped on our side.',
  closed: 'The sender was stopped.',
  unreachable: 'The host cannot be reached.',
  local_resources: 'The sender has no free resources for this connection.',
} as const satisfies Record<FailureCode, string>;

const TLS_CODE =
  /^(?:ERR_TLS_|ERR_SSL_|ERR_OSSL_|CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_|INVALID_CA|EPROTO$)/;
const TLS_MESSAGES: ReadonlyMap<string, string> = new Map([
  ['CERT_HAS_EXPIRED', 'The certificate has expired.'],
  ['CERT_NOT_YET_VALID', 'The certificate is not valid yet.'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'The certificate is for another host.'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'The certificate is self-signed.'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'The certificate is signed by an authority that is not trusted.'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'The certificate cannot be verified: its chain is incomplete.'],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'The certificate cannot be verified: its chain is incomplete.'],
]);

/** A failure with this code and its usual sentence. */
export function failureReason(code: FailureCode): FailureReason {
  return { code, message: MESSAGES[code] };
}

/** What an error from making or using a connection means. Never shows the error's own text. */
export function classifyFailure(error: Error): FailureReason {
  if (error instanceof BlockedAddressError) return { code: 'blocked_address', message: error.message };
  const code = codeOf(error);
  if (TLS_CODE.test(code)) return { code: 'tls', message: TLS_MESSAGES.get(code) ?? MESSAGES.tls };
  if (code === 'ETIMEDOUT') return failureReason(isConnecting(error) ? 'connect_timeout' : 'timeout');
  if (error.name === 'HTTPParserError' || isBadAnswer(error)) return failureReason('bad_response');
  const known = CODES.get(code);
  if (known !== undefined) return failureReason(known);
  // EAI_AGAIN and its like, and the codes of other resolvers (ESERVFAIL …).
  if (code.startsWith('EAI_') || isLookup(error)) return failureReason('dns');
  return failureReason('unreachable');
}

/** Whether this error is what a kept connection shows when its peer had closed it. */
export function isConnectionLoss(error: Error): boolean {
  const code = codeOf(error);
  return (code === 'UND_ERR_SOCKET' && !isBadAnswer(error)) || code === 'ECONNRESET' || code === 'EPIPE';
}

function codeOf(error: Error): string {
  const { code } = error as NodeJS.ErrnoException;
  return typeof code === 'string' ? code : '';
}

function isConnecting(error: Error): boolean {
  const { syscall } = error as NodeJS.ErrnoException;
  return error instanceof AggregateError || syscall === 'connect';
}

function isLookup(error: Error): boolean {
  const { syscall } = error as NodeJS.ErrnoException;
  return syscall === 'getaddrinfo' || syscall?.startsWith('query') === true;
}

/** undici gives protocol errors (an unasked 100 or 101) the code of a lost socket; only the text differs. */
function isBadAnswer(error: Error): boolean {
  return error.message === 'bad response' || error.message === 'bad upgrade';
}
