import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { curlCommand } from './curl-command.ts';

const run = promisify(execFile);

const REQUEST = { signatureBase: null, attempt: 1, next: false, timeKnown: true, webhookChanged: false };

test('a shell reads the command as the request, whatever is in it', async () => {
  const body = `{"msg":"it's $HOME \`id\` \\\\ \\"x\\"\\n"}`;
  const command = curlCommand({
    method: 'POST',
    url: "http://h/?a=1&b='2'",
    headers: { 'content-type': 'application/json', host: 'h', 'x-note': "it's" },
    masked: [],
    body,
    ...REQUEST,
  });
  const { stdout } = await run('sh', ['-c', command.replace(/^curl/, String.raw`printf '%s\0'`)]);
  expect(stdout.split('\0').slice(0, -1)).toEqual([
    '-X',
    'POST',
    "http://h/?a=1&b='2'",
    '-H',
    'content-type: application/json',
    '-H',
    "x-note: it's",
    '--data-binary',
    body,
  ]);
});

test('what is masked is said in a comment, which a shell leaves alone', async () => {
  const command = curlCommand({
    method: 'POST',
    url: 'http://h/',
    headers: { 'webhook-signature': 'v1,…' },
    masked: ['webhook-signature'],
    body: '{}',
    ...REQUEST,
  });
  expect(command).toMatch(/^# Masked here: webhook-signature\.\n# [^\n]*refuses this copy/);
  const { stdout } = await run('sh', ['-c', command.replace(/^curl/m, String.raw`printf '%s\0'`)]);
  expect(stdout.split('\0').at(4)).toBe('webhook-signature: v1,…');
});
