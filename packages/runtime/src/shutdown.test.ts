import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from '@jest/globals';

/** A program whose shutdown has the steps of `body`; it runs until it is told to stop. */
function program(body: string) {
  const source = (name: string): string => JSON.stringify(new URL(`./${name}.ts`, import.meta.url).href);
  const script = `
    const { onShutdown } = await import(${source('shutdown')});
    const { createLogger } = await import(${source('logger')});
    const logger = createLogger({ name: 'program', level: 'info' });
    const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
    const hold = setInterval(() => {}, 1000);
    ${body}
    logger.info('up');`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.on('data', (chunk) => (text += String(chunk)));
  const ended = once(child, 'close').then(([code, signal]) => ({ code, signal, messages: messages(text) }));
  const up = (async () => {
    while (!text.includes('"up"')) await once(child.stdout, 'data');
  })();
  return { child, up, ended, text: () => text };
}

function messages(text: string): string[] {
  const lines = text.trim().split('\n');
  return lines.map((line) => (JSON.parse(line) as { msg: string }).msg).filter((msg) => msg !== 'up');
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

test.each(['SIGTERM', 'SIGINT'] as const)('%s runs the steps in order, once, and exits 0', async (signal) => {
  const run = program(`onShutdown([
    { name: 'first', run: async () => { await wait(50); logger.info('first'); } },
    { name: 'second', run: () => logger.info('second') },
  ], { graceMs: 1000, logger });`);
  await run.up;
  run.child.kill(signal);
  expect(await run.ended).toEqual({
    code: 0,
    signal: null,
    messages: ['shutting down', 'first', 'second', 'stopped'],
  });
});

test('the same signal passed on once more by a launcher changes nothing', async () => {
  const run = program(`onShutdown([
    { name: 'slow', run: async () => { await wait(300); logger.info('slow'); } },
  ], { graceMs: 1000, logger });`);
  await run.up;
  run.child.kill('SIGINT');
  await pause(50);
  run.child.kill('SIGINT');
  expect(await run.ended).toMatchObject({ code: 0, messages: ['shutting down', 'slow', 'stopped'] });
});

test('a second signal later exits at once', async () => {
  const run = program(
    `onShutdown([{ name: 'stuck', run: () => wait(60_000) }], { graceMs: 60_000, logger });`,
  );
  await run.up;
  run.child.kill('SIGTERM');
  await pause(700);
  const startedAt = performance.now();
  run.child.kill('SIGTERM');
  expect(await run.ended).toMatchObject({ code: 1 });
  expect(performance.now() - startedAt).toBeLessThan(6000);
});

test('a step that fails does not keep the next from running; the exit code is 1', async () => {
  const run = program(`onShutdown([
    { name: 'bad', run: () => { throw new Error('no'); } },
    { name: 'good', run: () => logger.info('good') },
  ], { graceMs: 1000, logger });`);
  await run.up;
  run.child.kill('SIGTERM');
  expect(await run.ended).toMatchObject({
    code: 1,
    messages: ['shutting down', 'a shutdown step failed', 'good', 'stopped'],
  });
});

test('steps that never end are left after grace and margin', async () => {
  const run = program(`onShutdown([{ name: 'stuck', run: () => wait(60_000) }], { graceMs: 0, logger });`);
  await run.up;
  const startedAt = performance.now();
  run.child.kill('SIGTERM');
  expect(await run.ended).toMatchObject({
    code: 1,
    messages: ['shutting down', 'shutdown took too long: exiting'],
  });
  expect(performance.now() - startedAt).toBeLessThan(15_000);
});

test('a program can begin its own shutdown', async () => {
  const run = program(`onShutdown([], { graceMs: 0, logger }).begin('done');`);
  expect(await run.ended).toMatchObject({ code: 0, messages: ['shutting down', 'stopped'] });
});

test.each([
  ['uncaught exception', `setTimeout(() => { throw new Error('boom'); }, 10);`],
  ['unhandled rejection', `setTimeout(() => { void Promise.reject(new Error('boom')); }, 10);`],
])('an %s is logged and exits 1', async (message, body) => {
  const run = program(`onShutdown([], { graceMs: 1000, logger }); ${body}`);
  expect(await run.ended).toMatchObject({ code: 1, messages: [message] });
  expect(run.text()).toContain('boom');
});
