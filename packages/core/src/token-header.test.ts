import { expect, test } from '@jest/globals';
import { DEFAULT_TOKEN_HEADER, checkTokenHeader } from './token-header.ts';

test.each([
  ['X-Gitlab-Token', 'x-gitlab-token'],
  ['Authorization', 'authorization'],
  [DEFAULT_TOKEN_HEADER, DEFAULT_TOKEN_HEADER],
  ["!#$%&'*+.^_`|~-0aZ", "!#$%&'*+.^_`|~-0az"],
  ['x'.repeat(64), 'x'.repeat(64)],
])('%s is usable, in lower case', (text, name) => {
  expect(checkTokenHeader(text)).toEqual({ ok: true, name });
});

test.each(['', 'x token', 'x:token', 'x\r\ny', 'tökén', 'x'.repeat(65), '"x"', 'x-token\n'])(
  '%j is no header name',
  (text) => {
    expect(checkTokenHeader(text)).toEqual({ ok: false, message: expect.stringContaining('1 to 64') });
  },
);

test.each([
  'Host',
  'content-length',
  'Content-Type',
  'connection',
  'transfer-encoding',
  'user-agent',
  'x-hub-signature-256',
  'Webhook-Id',
  'webhook-anything',
  'Hooklane-Event',
])('%s is taken', (text) => {
  expect(checkTokenHeader(text)).toEqual({ ok: false, message: expect.stringContaining('set by Hooklane') });
});
