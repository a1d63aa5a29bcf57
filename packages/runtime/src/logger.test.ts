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

test('what is below the level is not written', () => {
  const destination = capture();
  createLogger({ name: 'worker', level: 'warn', destination }).info('quiet');
  expect(destination.lines).toEqual([]);
});
