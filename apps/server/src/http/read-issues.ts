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

type Issue = z.core.$ZodIssue;

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
  const end = isWhole ? (rule.endsWith('.') ? '' : '.') : `; this one is ${showValue(value)}.`;
  return [{ field, message: `${field} ${rule}${end}` }];
}

function ruleOf(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${EXPECTED[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return `must be ${issue.values.length === 1 ? '' : 'one of '}${issue.values.join(', ')}`;
    case 'too_small':
      return `must ${issue.origin === 'string' ? 'have' : 'be'} at least ${issue.minimum}${unitOf(issue)}`;
    case 'too_big':
      return `must ${issue.origin === 'string' ? 'have' : 'be'} at most ${issue.maximum}${unitOf(issue)}`;
    default:
      return issue.message;
  }
}

function unitOf(issue: z.core.$ZodIssueTooSmall | z.core.$ZodIssueTooBig): string {
  if (issue.origin !== 'string') return '';
  return Number(issue.code === 'too_small' ? issue.minimum : issue.maximum) === 1
    ? ' character'
    : ' characters';
}

function nameOf(path: readonly PropertyKey[]): string {
  return path.length === 0 ? 'body' : path.map(String).join('.').slice(0, MAX_FIELD_CHARS);
}

function memberOf(value: unknown, key: PropertyKey): unknown {
  return typeof value === 'object' && value !== null
    ? (value as Record<PropertyKey, unknown>)[key]
    : undefined;
}
