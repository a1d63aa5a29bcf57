import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { curlCommand } from './curl-command.ts';

const run = promisify(execFile);

test('a shell reads the command as the request, whatever is in it', async () => {
  const body = `{"msg":"it's $HOME \`id\` \\\\ \\"x\\"\\n"}`;
  const command = curlCommand({
    method: 'POST',
    url: "http://h/?a=1&b='2'",
    headers: { 'content-type': 'application/json', host: 'h', 'x-note': "it's" },
    body,
    signatureBase: null,
    next: false,
    webhookChanged: false,
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
