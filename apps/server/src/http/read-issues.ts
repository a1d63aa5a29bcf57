/** What zod found, as sentences that name the field, the bound and the value. Secrets are never shown. */
import { showValue } from '@hooklane/core';
import type { z } from 'zod';
import type { FieldIssue } from './problem.ts';

/** The most fields that one answer complains about. */
const MAX_ISSUES = 20;

const MAX_FIELD_CHARS = 128;

/** Fields whose value no message may show. */
const SECRET_FIELDS: ReadonlySet<PropertyKey> = new Set(['secret', 'token']);

/** zod's names of types, in words. */
const EXPECTED: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'an object',
  array: 'a list',
};

/** What has a length: one of it, and several. */
const UNITS: Readonly<Record<string, readonly [string, string]>> = {
  string: ['character', 'characters'],
  array: ['entry', 'entries'],
};

type Issue = z.core.$ZodIssue;
type SizeIssue = z.core.$ZodIssueTooSmall | z.core.$ZodIssueTooBig;

/** One entry per field at fault. `data` is what was looked at. */
export function readIssues(issues: readonly Issue[], data: unknown): FieldIssue[] {
  return issues.flatMap((issue) => readIssue(issue, data)).slice(0, MAX_ISSUES);
}

function readIssue(issue: Issue, data: unknown): FieldIssue[] {
  const field = nameOf(issue.path);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.slice(0, MAX_ISSUES).map((key) => {
      const unknown = nameOf([...issue.path, key]);
      return {
        field: unknown,
        message: `${showValue(unknown)} is not a field of this request; check its spelling.`,
      };
    });
  }
  const value = issue.path.reduce<unknown>(memberOf, data);
  if (value === undefined) return [{ field, message: `${field} is missing.` }];
  const rule = ruleOf(issue);
  // The rules of core are whole sentences and show the value themselves.
  if (/^[A-Z]/.test(rule)) return [{ field, message: rule }];
  const isWhole = rule.endsWith('.') || SECRET_FIELDS.has(issue.path.at(-1) ?? '');
  const end = isWhole ? (rule.endsWith('.') ? '' : '.') : `; this one ${shown(issue, value)}.`;
  return [{ field, message: `${field} ${rule}${end}` }];
}

/** Of a list that is too short or too long its length is what matters. */
function shown(issue: Issue, value: unknown): string {
  const isSize = issue.code === 'too_small' || issue.code === 'too_big';
  return isSize && Array.isArray(value) ? `has ${value.length}` : `is ${showValue(value)}`;
}

function ruleOf(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${EXPECTED[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return `must be ${issue.values.length === 1 ? '' : 'one of '}${issue.values.join(', ')}`;
    case 'too_small':
      return boundOf(issue, 'least', issue.minimum);
    case 'too_big':
      return boundOf(issue, 'most', issue.maximum);
    default:
      return issue.message;
  }
}

function boundOf({ origin }: SizeIssue, side: 'least' | 'most', bound: number | bigint): string {
  const unit = UNITS[origin]?.[Number(bound) === 1 ? 0 : 1];
  return unit === undefined ? `must be at ${side} ${bound}` : `must have at ${side} ${bound} ${unit}`;
}

function nameOf(path: readonly PropertyKey[]): string {
  return path.length === 0 ? 'body' : path.map(String).join('.').slice(0, MAX_FIELD_CHARS);
}

function memberOf(value: unknown, key: PropertyKey): unknown {
  return typeof value === 'object' && value !== null
    ? (value as Record<PropertyKey, unknown>)[key]
    : undefined;
}
