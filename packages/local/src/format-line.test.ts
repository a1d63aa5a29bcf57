import { expect, test } from '@jest/globals';
import { formatLine } from './format-line.ts';

const plain = { name: 'worker', width: 8, color: null };
const time = new Date(2026, 0, 2, 12, 34, 56).toISOString();

test('a log line reads as time, process, message, fields', () => {
  const line = JSON.stringify({
    level: 'info',
    time,
    pid: 1,
    name: 'worker',
    lanes: 3,
    note: 'two words',
    msg: 'up',
  });
  expect(formatLine(plain, line)).toEqual(['12:34:56 worker    up lanes=3 note="two words"']);
});

test('levels by number and by name are named, except info', () => {
  const lineOf = (level: unknown): string => JSON.stringify({ level, time, msg: 'm' });
  expect(formatLine(plain, lineOf(30))).toEqual(['12:34:56 worker    m']);
  expect(formatLine(plain, lineOf(40))).toEqual(['12:34:56 worker    WARN m']);
  expect(formatLine(plain, lineOf('error'))).toEqual(['12:34:56 worker    ERROR m']);
});

test('an error is shown with its message and its stack below', () => {
  const err = { type: 'Error', message: 'no answer', stack: 'Error: no answer\n    at x (a.ts:1:2)' };
  expect(formatLine(plain, JSON.stringify({ level: 50, time, err, msg: 'failed' }))).toEqual([
    '12:34:56 worker    ERROR failed error="no answer"',
    `${' '.repeat(19)}Error: no answer`,
    `${' '.repeat(19)}    at x (a.ts:1:2)`,
  ]);
});

test('what is no log line is passed through behind the name', () => {
  for (const line of ['plain text', '{"json": "but no log"}', '{broken', 'null']) {
    expect(formatLine(plain, line)).toEqual([expect.stringMatching(/^\d\d:\d\d:\d\d worker {4}/)]);
    expect(formatLine(plain, line)[0]).toContain(line);
  }
});

test('colours are there on a terminal only', () => {
  const line = JSON.stringify({ level: 'warn', time, msg: 'm' });
  expect(formatLine({ ...plain, color: 36 }, line)[0]).toContain('\u001b[36mworker');
  expect(formatLine(plain, line)[0]).not.toContain('\u001b');
});

test('control characters from outside never reach the terminal', () => {
  const evil = '\u001b[2J\u009b31m\r\nnext\u202e';
  const lines = [
    ...formatLine(plain, evil),
    ...formatLine(plain, JSON.stringify({ level: 'info', time, msg: evil, [evil]: evil, deep: { evil } })),
    ...formatLine(plain, JSON.stringify({ level: evil, time: evil, err: { message: evil, stack: evil } })),
  ];
  // oxlint-disable-next-line no-control-regex
  for (const line of lines) expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/);
});

test('a long value is cut', () => {
  const line = JSON.stringify({ level: 'info', time, body: 'x'.repeat(10_000), msg: 'm' });
  expect(formatLine(plain, line)[0]?.length).toBeLessThan(300);
});
