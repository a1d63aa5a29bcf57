import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from '@jest/globals';

const RUN_MAIN = new URL('./run-main.ts', import.meta.url).href;
/** Long enough for a busy machine. */
const TEST_MS = 60_000;

/** A command of its own whose `main` is this text. */
function command(main: string) {
  const text = `
    import { runMain, UsageError } from ${JSON.stringify(RUN_MAIN)};
    const alive = setInterval(() => {}, 1000);
    const stopped = (signal) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    await runMain({ usage: 'the usage', print: (line) => console.log(line), main: async (signal) => { ${main} } });
    clearInterval(alive);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', text], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (part: string) => (output += part));
  }
  const says = async (what: string): Promise<void> => {
    while (!output.includes(what)) await once(child.stdout, 'data');
  };
  return {
    child,
    says,
    output: () => output,
    ended: once(child, 'close') as Promise<[number | null, string | null]>,
  };
}

test(
  'what ends well has exit code 0, what fails 1 and says why, with the causes',
  async () => {
    expect(await command('').ended).toEqual([0, null]);
    const failing = command("throw new Error('no receiver', { cause: new Error('no port') })");
    expect(await failing.ended).toEqual([1, null]);
    expect(failing.output()).toMatch(/no receiver[\s\S]*because: Error: no port/);
  },
  TEST_MS,
);

test(
  'an option that cannot be used is told without a stack, with the usage, by exit code 2',
  async () => {
    const refused = command("throw new UsageError('--rate must be a number')");
    expect(await refused.ended).toEqual([2, null]);
    expect(refused.output()).toBe('--rate must be a number\n\nthe usage\n');
  },
  TEST_MS,
);

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)(
  '%s stops in order: the exit code says so, and no error is shown',
  async (name, code) => {
    const stopping = command(
      "console.log('up'); await stopped(signal).finally(() => console.log('tidied up'));",
    );
    await stopping.says('up\n');
    stopping.child.kill(name);
    expect(await stopping.ended).toEqual([code, null]);
    expect(stopping.output()).toBe(`up\n${name}: stopping\ntidied up\n`);
  },
  TEST_MS,
);

test(
  'a second Ctrl-C leaves at once, whatever still stops',
  async () => {
    const stuck = command("console.log('up'); await new Promise(() => {});");
    await stuck.says('up\n');
    stuck.child.kill('SIGINT');
    await stuck.says('SIGINT: stopping');
    stuck.child.kill('SIGINT');
    expect(await stuck.ended).toEqual([130, null]);
  },
  TEST_MS,
);
