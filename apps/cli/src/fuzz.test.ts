/** Whatever stands on the command line: an exit code of the table, a message that names what is wrong, and never a stack. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { CommanderError } from '@commander-js/extra-typings';
import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import fc from 'fast-check';
import type { Cli } from './cli.ts';
import { EXIT } from './exit-code.ts';
import { explainError } from './explain-error.ts';
import { createProgram } from './program.ts';
import type { Terminal } from './terminal/terminal.ts';
import { startCli } from './testing/run-cli.ts';

const dir = mkdtempSync(join(tmpdir(), 'hooklane-fuzz-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** Nobody listens there. */
const ENV = { HOOKLANE_URL: 'http://127.0.0.1:9', HOOKLANE_API_TOKEN: 'a-token-of-mine', HOME: dir };

/** These wait, ask or write where an option says: only their arguments are read. */
const READ_ONLY = /^(listen|login|emit|spool .*|deliveries tail)$/;

/** What is wrong must be named: a flag, an argument, a setting, or the word that was given. */
const NAMES_IT = /--[a-z-]+|<[a-z-]+>|'[^']*'|HOOKLANE_\w+|missing required argument|too many arguments/;

interface Outcome {
  code: number;
  text: string;
}

/** As main.ts runs it, in this process. */
async function run(args: readonly string[]): Promise<Outcome> {
  const lines: string[] = [];
  const terminal: Terminal = {
    isInteractive: false,
    canAsk: false,
    width: 80,
    print: (line = '') => void lines.push(line),
    note: (line) => void lines.push(line),
    progress: () => undefined,
    paint: (_style, text) => text,
    paintNote: (_style, text) => text,
    ask: () => Promise.reject(new Error('Nobody is there to be asked.')),
    askSecretly: () => Promise.reject(new Error('Nobody is there to be asked.')),
    readInput: () => Promise.resolve(''),
  };
  const cli: Cli = { terminal, env: ENV, cwd: dir, now: Date.now, exitCode: EXIT.ok };
  const program = createProgram(cli);
  for (const { path, command } of leavesOf(program))
    if (READ_ONLY.test(path)) command.action(() => undefined);
  try {
    await program.parseAsync(['node', 'hooklane', ...args]);
    return { code: cli.exitCode, text: lines.join('\n') };
  } catch (error) {
    if (error instanceof CommanderError) {
      return { code: error.exitCode === 0 ? EXIT.ok : EXIT.usage, text: lines.join('\n') };
    }
    const told = explainError(error);
    return { code: told.exitCode, text: [...lines, ...told.lines, told.hint ?? ''].join('\n') };
  }
}

function leavesOf(
  command: CommandUnknownOpts,
  path: readonly string[] = [],
): { path: string; command: CommandUnknownOpts }[] {
  if (command.commands.length === 0) return [{ path: path.join(' '), command }];
  return command.commands.flatMap((child) => leavesOf(child, [...path, child.name()]));
}

const nothing = { width: 80, isInteractive: false, print: () => {}, note: () => {} };
const leaves = leavesOf(
  createProgram({ terminal: nothing, env: {}, cwd: '/', now: () => 0, exitCode: 0 } as unknown as Cli),
);

/** No NUL: no program can be given one. */
const value = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    '-',
    '--',
    '-1',
    '0',
    '1e999',
    'NaN',
    '99999999999999999999',
    'yesterday',
    '5',
    '5s',
    '2h',
    '-5s',
    'build.finished',
    'dead',
    'jdoe',
    'wh_x',
    '../../etc/passwd',
    dir,
    'https://user:pw@[::1',
    'file:///etc/passwd',
    '__proto__',
    'constructor',
    '\u001b[2J',
    '\u202e',
    '💥'.repeat(50),
    'x'.repeat(5000),
    '%00%ff',
    '{"a":',
  ),
  fc.string({ unit: 'binary', maxLength: 20 }).map((text) => text.replaceAll('\u0000', '')),
);

const commandLine = fc.constantFrom(...leaves).chain(({ path, command }) => {
  const flags = [...command.options.map(({ long }) => long ?? '').filter(Boolean), '--nonsense', '-z'];
  const option = fc
    .tuple(fc.constantFrom(...flags), fc.option(value, { freq: 4 }), fc.boolean())
    .map(([flag, given, joined]) =>
      given === null ? [flag] : joined ? [`${flag}=${given}`] : [flag, given],
    );
  return fc
    .tuple(
      fc.array(
        fc.oneof(
          option,
          value.map((text) => [text]),
        ),
        { maxLength: 5 },
      ),
      fc.boolean(),
    )
    .map(([parts, first]) =>
      first ? [...path.split(' '), ...parts.flat()] : [...parts.flat(), ...path.split(' ')],
    );
});

function judge(args: readonly string[], { code, text }: Outcome): void {
  const fail = (what: string): never => {
    throw new Error(`${what}: ${JSON.stringify(args)} → ${code}\n${text.slice(0, 800)}`);
  };
  if (code < 0 || code > 4) fail('not a code of the table');
  if (/^\s+at .*[(/]|node:internal/m.test(text)) fail('a stack');
  if (/^unexpected: /m.test(text)) fail('an error that nobody expected');
  if (code !== 0 && text.trim() === '') fail('no word');
  const isHelp = text.includes('Usage: hooklane');
  if (code === EXIT.usage && !isHelp && !NAMES_IT.test(text)) fail('it does not say what is wrong');
  // eslint-disable-next-line no-control-regex
  if (code !== 0 && /[\u0000-\u0008\u000b-\u001f\u007f]/.test(text)) fail('a control character');
}

test('Any command with any options and values, in this process', async () => {
  await fc.assert(
    fc.asyncProperty(commandLine, async (args) => judge(args, await run(args))),
    { numRuns: 600 },
  );
}, 120_000);

test('A wrong value of each option that has a form is told with the flag', async () => {
  const seen: string[] = [];
  for (const { path, command } of leaves) {
    for (const option of command.options) {
      if (option.long === undefined || (option.argChoices === undefined && option.parseArg === undefined))
        continue;
      const args = [...path.split(' '), `${option.long}=\u2603 no such value`];
      const outcome = await run(args);
      judge(args, outcome);
      // Free text is fine as it is; then something else may be missing.
      if (option.argChoices !== undefined || outcome.text.includes('is invalid')) {
        expect(outcome).toMatchObject({ code: EXIT.usage, text: expect.stringContaining(option.long) });
        seen.push(option.long);
      }
    }
  }
  expect(new Set(seen).size).toBeGreaterThan(10);
}, 60_000);

test('Some of them as processes of their own', async () => {
  const safe = (args: readonly string[]): boolean =>
    !leaves.some(({ path }) => READ_ONLY.test(path) && path.split(' ').every((word) => args.includes(word)));
  const samples = fc.sample(commandLine, 60).filter(safe).slice(0, 8);
  for (const args of samples) {
    const { code, stdout, stderr } = await startCli(args, { env: ENV, cwd: dir }).ended;
    judge(args, { code: code ?? -1, text: stdout + stderr });
  }
}, 120_000);
