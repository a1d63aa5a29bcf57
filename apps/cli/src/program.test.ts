import { execFileSync } from 'node:child_process';
import { expect, test } from '@jest/globals';
import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import type { ApiDelivery } from '@hooklane/client';
import { DEFAULT_TOKEN_HEADER } from '@hooklane/core';
import { eventually } from '@hooklane/testkit';
import type { Cli } from './cli.ts';
import { createChangeFilter } from './commands/deliveries/change-filter.ts';
import { SHELLS, completionScript } from './completion/scripts.ts';
import { placesOf } from './completion/words.ts';
import { createProgram } from './program.ts';
import { startCli } from './testing/run-cli.ts';

const terminal = { width: 80, isInteractive: false, print: () => {}, note: () => {} };
const program = createProgram({ terminal, env: {}, cwd: '/', now: () => 0, exitCode: 0 } as unknown as Cli);
const all = (command: CommandUnknownOpts): CommandUnknownOpts[] => [
  command,
  ...command.commands.flatMap(all),
];
const leaves = all(program).filter((command) => command.commands.length === 0);
const pathOf = (command: CommandUnknownOpts): string =>
  command.parent === null ? '' : `${pathOf(command.parent)} ${command.name()}`.trim();

test.each(leaves.map((leaf) => [pathOf(leaf), leaf] as const))(
  '%s has examples in its help',
  (path, leaf) => {
    let help = '';
    leaf.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
    expect(help).toContain('Examples:');
    if (path !== 'completion') expect(help).toContain(`$ hooklane ${path}`);
  },
);

test.each(['list', 'show', 'status', 'doctor'])('every command named %s has --json', (name) => {
  const found = leaves.filter((leaf) => leaf.name() === name);
  expect(found.length).toBeGreaterThan(0);
  for (const leaf of found) expect(leaf.options.map(({ long }) => long)).toContain('--json');
});

test('no command takes a token on the command line', () => {
  for (const command of all(program))
    expect(command.options.map(({ long }) => long)).not.toContain('--token');
});

test.each([
  [['--version'], 0],
  [['--help'], 0],
  [[], 2],
  [['webhooks'], 2],
  [['stats'], 2],
  [['deliveries', 'list', '--status', 'lost'], 2],
  [['deliveries', 'list', '--since', 'yesterday'], 2],
  [['dead-letters', 'list', '--reason', 'tired'], 2],
  [['dead-letters', 'discard', '--reason', 'discarded'], 2],
  [['dead-letters', 'redrive', '--status-code', '99'], 2],
  [['dead-letters', 'redrive', '--because', 'no'], 2],
  [['webhooks', 'list', '--application', 'a', '--environment', 'b'], 2],
  [['listen', '--port', '0', '--secret', 'whsec_no-base64!'], 2],
  [['emit', 'build.started'], 2],
  [['scopes', 'list'], 2],
])('%j ends with %i', async (args, code) => {
  expect(await startCli(args).ended).toMatchObject({ code });
});

test('listen takes the header that a webhook has which names none', async () => {
  const env = { HOOKLANE_WEBHOOK_SECRET: 'a shared secret' };
  const listen = startCli(['listen', '--port', '0', '--signing', 'token', '--count', '2', '--json'], { env });
  const url = await eventually(() => {
    const found = /http:\S+/.exec(listen.text())?.[0];
    expect(found).toBeDefined();
    return found ?? '';
  });
  const send = async (secret: string): Promise<number> => {
    const headers = { [DEFAULT_TOKEN_HEADER]: secret };
    return (await fetch(url, { method: 'POST', body: '{}', headers })).status;
  };
  expect(await send('a shared secret')).toBe(200);
  expect(await send('another')).toBe(401);
  expect(await listen.ended).toMatchObject({ code: 0 });
}, 40_000);

test('standard input is read once: two that want it are a mistake', async () => {
  const args = ['emit', 'build.started', '--account', 'jdoe', '--file', '-', '--token-file', '-'];
  const { code, stderr } = await startCli(args, { input: 'a-token-of-mine' }).ended;
  expect(code).toBe(2);
  expect(stderr).toBe('usage: Only one of --token-file and --file can be standard input.\n');
});

test('what a deleted webhook was owed is no dead letter, and the mistake says where it is listed', async () => {
  const { code, stderr } = await startCli([
    'dead-letters',
    'discard',
    '--reason',
    'webhook_deleted',
    '--dry-run',
  ]).ended;
  expect(code).toBe(2);
  expect(stderr).toContain('hooklane deliveries list --reason webhook_deleted');
  const { stdout } = await startCli(['dead-letters', 'list', '--help']).ended;
  expect(stdout).toMatch(/"exhausted", "gone",\s+"blocked", "lane_open"\)/);
});

test('a server that cannot be reached ends with 3, one line and a hint', async () => {
  const env = { HOOKLANE_URL: 'http://127.0.0.1:9', HOOKLANE_API_TOKEN: 'a-token-of-mine' };
  const { code, stderr, stdout } = await startCli(['scopes', 'list'], { env }).ended;
  expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
  expect(stderr).toMatch(
    /^unreachable: http:\/\/127\.0\.0\.1:9 cannot be reached: .*\nIs the server up\? .*\n$/,
  );
}, 20_000);

test.each(SHELLS)('the completion for %s names every command', (shell) => {
  const script = completionScript(shell, placesOf(program));
  for (const leaf of leaves) expect(script).toContain(pathOf(leaf));
});

test.each([
  ['hooklane del', ['deliveries']],
  ['hooklane webhooks e', ['edit', 'enable']],
  ['hooklane emit deploy.', ['deploy.started', 'deploy.finished']],
  ['hooklane deliveries list --status de', ['delivered', 'dead']],
  ['hooklane deliveries list --status-c', ['--status-code']],
  // The time of --wait may be left out.
  ['hooklane emit build.started --wait --js', ['--json']],
])('bash completes %j', (line, expected) => {
  const words = line.split(' ');
  const given = words.map((word) => `'${word}'`).join(' ');
  const script = `${completionScript('bash', placesOf(program))}
COMP_WORDS=(${given}); COMP_CWORD=${words.length - 1}; _hooklane; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const output = execFileSync('bash', ['-c', script], { encoding: 'utf8' });
  expect(output.trim().split('\n')).toEqual(expected);
});

test('a tail shows what is new or changed, once', () => {
  const delivery = (id: string, status: string, attemptCount: number) =>
    ({ id, status, attemptCount }) as ApiDelivery;
  const changed = createChangeFilter(1);
  const ids = (items: ApiDelivery[]) => changed(items).map(({ id }) => id);
  expect(ids([delivery('a', 'pending', 0), delivery('b', 'pending', 0)])).toEqual(['b']);
  expect(ids([delivery('a', 'pending', 0), delivery('b', 'retrying', 1)])).toEqual(['b']);
  expect(
    ids([delivery('a', 'delivered', 1), delivery('b', 'retrying', 1), delivery('c', 'pending', 0)]),
  ).toEqual(['a', 'c']);
});
