import { expect, test } from '@jest/globals';
import { createLogger } from './logger.ts';

function capture(): { lines: string[]; write(line: string): void } {
  const lines: string[] = [];
  return { lines, write: (line) => void lines.push(line) };
}

test('a line is one JSON object with the program, a named level and an ISO time', () => {
  const destination = capture();
  createLogger({ name: 'worker', level: 'info', destination }).info({ lanes: 3 }, 'started');
  const line = JSON.parse(destination.lines.join('')) as Record<string, unknown>;
  expect(line).toMatchObject({ name: 'worker', level: 'info', lanes: 3, msg: 'started' });
  expect(new Date(String(line['time'])).toISOString()).toBe(line['time']);
});

test('secrets are hidden by the names of their fields, at the top and below', () => {
  const destination = capture();
  const logger = createLogger({ name: 'server', level: 'info', destination });
  logger.info({
    token: 'S3CR3T',
    webhook: { secret: 'S3CR3T', previousSecret: 'S3CR3T', name: 'kept' },
    req: { headers: { authorization: 'Bearer S3CR3T', cookie: 'S3CR3T' } },
    settings: { apiToken: 'S3CR3T', secretKey: 'S3CR3T' },
  });
  expect(destination.lines.join('')).not.toContain('S3CR3T');
  expect(destination.lines.join('')).toContain('kept');
});

test('an error is logged with its message and its code', () => {
  const destination = capture();
  const error = Object.assign(new Error('gone'), { code: 'redis_unavailable' });
  createLogger({ name: 'worker', level: 'info', destination }).error({ err: error }, 'failed');
  expect(JSON.parse(destination.lines.join(''))).toMatchObject({
    err: { message: 'gone', code: 'redis_unavailable' },
  });
});

test('an error is logged without what a client library hangs on it, its causes too', () => {
  const destination = capture();
  const logger = createLogger({ name: 'worker', level: 'info', destination });
  const command = { name: 'auth', args: ['default', 'S3CR3T'] };
  const cause = Object.assign(new Error('the cause'), { command, code: 'ECONNREFUSED' });
  const error = Object.assign(new Error('refused', { cause }), {
    command,
    options: { password: 'S3CR3T' },
    env: { HOOKLANE_API_TOKEN: 'S3CR3T' },
    port: 6379,
  });
  logger.error({ err: error }, 'failed');
  logger.error(error);
  logger.error({ err: new AggregateError([cause], 'all of them') });
  logger.error({ err: { command } });
  const [first] = destination.lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(first).toMatchObject({
    msg: 'failed',
    err: {
      type: 'Error',
      message: 'refused',
      port: 6379,
      cause: { message: 'the cause', code: 'ECONNREFUSED' },
    },
  });
  expect(destination.lines).toHaveLength(4);
  expect(destination.lines.join('')).not.toContain('S3CR3T');
});

test('what is below the level is not written', () => {
  const destination = capture();
  createLogger({ name: 'worker', level: 'warn', destination }).info('quiet');
  expect(destination.lines).toEqual([]);
});
