/** Settings that are read from a file, as containers are given their secrets: `NAME_FILE` is the path of `NAME`. */
import { closeSync, openSync, readSync } from 'node:fs';
import { showValue } from '@hooklane/core';

/** The environment of a program. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The settings that may come from a file: those that hold a secret, or can. */
const FILE_SETTINGS = [
  'REDIS_URL',
  'HOOKLANE_REDIS_SENTINEL_PASSWORD',
  'HOOKLANE_API_TOKEN',
  'HOOKLANE_SECRET_KEY',
  'HOOKLANE_OTHER_SECRET_KEYS',
] as const;

/** A refused file: the setting that named it, and a sentence that begins with it. */
export interface FileRefusal {
  field: string;
  message: string;
}

/** No secret is longer; more is not read. */
const MAX_FILE_BYTES = 4096;

/** An empty value counts as not set. */
export function notEmpty(value: string | undefined): string | undefined {
  return value === undefined || value.trim() === '' ? undefined : value;
}

/**
 * What the files of {@link FILE_SETTINGS} hold, by the name of the setting, without the end of the last line. Both a
 * setting and its file are refused: nobody could tell which one counts. What a file holds is never shown.
 */
export function readSettingFiles(env: Environment): {
  values: Record<string, string>;
  refusals: FileRefusal[];
} {
  const values: Record<string, string> = {};
  const refusals: FileRefusal[] = [];
  for (const name of FILE_SETTINGS) {
    const field = `${name}_FILE`;
    const path = notEmpty(env[field]);
    if (path === undefined) continue;
    const read =
      notEmpty(env[name]) === undefined
        ? readText(path, MAX_FILE_BYTES)
        : { why: `and ${name} are both set` };
    if ('text' in read) values[name] = read.text;
    else refusals.push({ field, message: `${field} ${read.why}.` });
  }
  return { values, refusals };
}

/** The text of a file without the end of its last line, or what is wrong with it. */
export function readText(path: string, maxBytes: number): { text: string } | { why: string } {
  const must = `must be the path of a file with at most ${maxBytes} bytes of text; this one is ${showValue(path)}`;
  try {
    const bytes = readStart(path, maxBytes + 1);
    if (bytes.length > maxBytes) return { why: `${must}, which has more` };
    const text = bytes.toString('utf8').replace(/\r?\n$/, '');
    return text.trim() === '' ? { why: `${must}, which is empty` } : { text };
  } catch (error) {
    return { why: `${must}, which cannot be read (${codeOf(error)})` };
  }
}

/** The file may be a pipe, or without an end. */
function readStart(path: string, maxBytes: number): Buffer {
  const file = openSync(path, 'r');
  try {
    const buffer = Buffer.alloc(maxBytes);
    let length = 0;
    for (let read = -1; read !== 0 && length < maxBytes; length += read) {
      read = readSync(file, buffer, length, maxBytes - length, null);
    }
    return buffer.subarray(0, length);
  } finally {
    closeSync(file);
  }
}

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : String(error);
}
