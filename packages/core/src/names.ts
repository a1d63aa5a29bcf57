/**
 * The rules for names and ids that people and programs choose.
 * Each `…Problem` returns null, or one sentence that names the bound and the value.
 */
import type { z } from 'zod';
import { showValue } from './show-value.ts';

const ACCOUNT = /^[A-Za-z0-9_.-]{1,64}$/;
const FRIENDLY_NAME = /^[A-Za-z0-9_-]{1,64}$/;
const EVENT_ID = /^[A-Za-z0-9_-]{1,128}$/;

/** The most characters of a scope's name. */
export const MAX_SCOPE_NAME_CHARS = 256;

/** What is wrong with an account name, or null. Bound: `[A-Za-z0-9_.-]{1,64}`, not `.` or `..`. */
export function accountProblem(value: string): string | null {
  if (!ACCOUNT.test(value)) return patternProblem('An account name', '1 to 64 of A-Z a-z 0-9 _ . -', value);
  return dotProblem('An account name', value);
}

/** What is wrong with a Friendly Name, or null. Bound: `[A-Za-z0-9_-]{1,64}` (the seed: no spaces or special characters). */
export function friendlyNameProblem(value: string): string | null {
  if (FRIENDLY_NAME.test(value)) return null;
  return patternProblem('A Friendly Name', '1 to 64 of A-Z a-z 0-9 _ -', value);
}

/** What is wrong with a caller's own event id, or null. Bound: `[A-Za-z0-9_-]{1,128}`. */
export function eventIdProblem(value: string): string | null {
  if (EVENT_ID.test(value)) return null;
  return patternProblem('An event id', '1 to 128 of A-Z a-z 0-9 _ -', value);
}

/**
 * What is wrong with the name of an application or environment, or null.
 * Bound: 1 to {@link MAX_SCOPE_NAME_CHARS} characters, none a control character, whole Unicode, not `.` or `..`.
 */
export function scopeNameProblem(value: string): string | null {
  if (value.length === 0 || value.length > MAX_SCOPE_NAME_CHARS) {
    return patternProblem('A name', `1 to ${MAX_SCOPE_NAME_CHARS} characters`, value);
  }
  if (/\p{Cc}/u.test(value)) return patternProblem('A name', 'free of control characters', value);
  // A lone surrogate cannot be written as UTF-8: two names would become one in Redis.
  if (!value.isWellFormed()) return patternProblem('A name', 'whole Unicode text', value);
  return dotProblem('A name', value);
}

/** Turns a `…Problem` rule into a check for zod: `z.string().superRefine(zodRule(accountProblem))`. */
export function zodRule(
  problemOf: (value: string) => string | null,
): (value: string, context: z.RefinementCtx) => void {
  return (value, context) => {
    const message = problemOf(value);
    if (message !== null) context.addIssue({ code: 'custom', message });
  };
}

function patternProblem(what: string, bound: string, value: string): string {
  return `${what} must be ${bound}; this one is ${showValue(value)}.`;
}

/** URL parsers fold `.` and `..` away, so nobody could address a thing of that name. */
function dotProblem(what: string, value: string): string | null {
  return value === '.' || value === '..' ? `${what} cannot be "." or ".."; this one is "${value}".` : null;
}
