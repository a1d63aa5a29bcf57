import { describe, expect, test } from '@jest/globals';
import { errors } from 'undici';
import { classifyFailure, isConnectionLoss } from './classify-failure.ts';
import { BlockedAddressError } from './guarded-connector.ts';
import type { FailureCode } from './post-result.ts';

const error = (code: string, more: object = {}) =>
  Object.assign(new Error(`internal detail of 10.0.0.1: ${code}`), { code }, more);

const TABLE: [Error, FailureCode][] = [
  [error('ECONNREFUSED'), 'refused'],
  [Object.assign(new AggregateError([error('ECONNREFUSED')]), { code: 'ECONNREFUSED' }), 'refused'],
  [error('ECONNRESET'), 'reset'],
  [error('EPIPE'), 'reset'],
  [new errors.SocketError('other side closed'), 'reset'],
  [new errors.SocketError('bad upgrade'), 'bad_response'],
  [error('HPE_INVALID_CONSTANT', { name: 'HTTPParserError' }), 'bad_response'],
  [new errors.ResponseContentLengthMismatchError(), 'bad_response'],
  [new errors.HeadersOverflowError(), 'headers_too_large'],
  [new errors.InvalidArgumentError('invalid header'), 'bad_request'],
  [new errors.ConnectTimeoutError(), 'connect_timeout'],
  [error('ETIMEDOUT', { syscall: 'connect' }), 'connect_timeout'],
  [error('ETIMEDOUT', { syscall: 'read' }), 'timeout'],
  [error('ENOTFOUND', { syscall: 'getaddrinfo' }), 'dns'],
  [error('EAI_AGAIN', { syscall: 'getaddrinfo' }), 'dns'],
  [error('EAI_FAIL'), 'dns'],
  [error('ESERVFAIL', { syscall: 'queryA' }), 'dns'],
  [error('EHOSTUNREACH'), 'unreachable'],
  [error('ENETUNREACH'), 'unreachable'],
  [error('EADDRNOTAVAIL'), 'unreachable'],
  [error('EACCES', { syscall: 'connect' }), 'unreachable'],
  [error('EMFILE'), 'local_resources'],
  [error('EMFILE', { syscall: 'getaddrinfo' }), 'local_resources'],
  [error('ENFILE'), 'local_resources'],
  [error('ENOBUFS'), 'local_resources'],
  [error('CERT_HAS_EXPIRED'), 'tls'],
  [error('DEPTH_ZERO_SELF_SIGNED_CERT'), 'tls'],
  [error('UNABLE_TO_VERIFY_LEAF_SIGNATURE'), 'tls'],
  [error('ERR_TLS_CERT_ALTNAME_INVALID'), 'tls'],
  [error('ERR_SSL_WRONG_VERSION_NUMBER'), 'tls'],
  [error('EPROTO'), 'tls'],
  [new errors.ClientDestroyedError(), 'closed'],
  [new errors.ClientClosedError(), 'closed'],
  [new BlockedAddressError('The host resolves to an address that may not be called.'), 'blocked_address'],
  [new Error('never seen before'), 'unreachable'],
];

describe('Every error has one code and a sentence that gives nothing away', () => {
  test.each(
    TABLE.map(([thrown, code]) => [`${thrown.name} ${(thrown as NodeJS.ErrnoException).code}`, thrown, code]),
  )('%s', (_name, thrown, code) => {
    const reason = classifyFailure(thrown as Error);
    expect(reason.code).toBe(code);
    expect(reason.message).toMatch(/^[A-Z].*\.$/);
    expect(reason.message).not.toMatch(/10\.0\.0\.1|UND_ERR|internal/);
  });

  test('Only a lost connection counts as one', () => {
    const lost = TABLE.filter(([thrown]) => isConnectionLoss(thrown)).map(([, code]) => code);
    expect(lost).toEqual(['reset', 'reset', 'reset']);
  });
});
