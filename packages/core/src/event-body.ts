/**
 * The bodies of the four events. We are strict in what we make and tolerant in what we take: what names a build or
 * a deployment must be there; every other documented field may be missing or null but keeps its type; unknown
 * fields pass. Nothing here changes a body: receivers get the text that the pipeline gave.
 */
import { z } from 'zod';
import { MAX_SCOPE_NAME_CHARS, scopeNameProblem, zodRule } from './names.ts';
import { scopeKindOf } from './event.ts';
import type { EventType, Scope } from './event.ts';
import { lintEventBody } from './lint-event-body.ts';
import { showValue } from './show-value.ts';

const TEXT = 'must be text';
const WHOLE = 'must be text or a whole number of at most 2^53 - 1';

/**
 * The form of a time stamp, by its digits alone. The original wrote hundredths where seconds belong, so `:90Z`
 * is real data and passes.
 */
const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)$/;

const NAME_BOUND = `must be 1 to ${MAX_SCOPE_NAME_CHARS} characters, none a control character, and not "." or ".."`;
const identity = z.string({ error: TEXT }).min(1, 'must not be empty');
const name = z
  .string({ error: TEXT })
  .superRefine(zodRule((value) => (scopeNameProblem(value) === null ? null : NAME_BOUND)));
const text = z.string({ error: TEXT }).nullish();
const number = z.number({ error: 'must be a number' }).nullish();
const stamp = 'must be a time such as 2015-11-20T23:43:10Z';
const time = z.string({ error: stamp }).regex(TIMESTAMP, stamp).nullish();
const textOrWhole = z.union([identity, z.int()], { error: WHOLE });
const textOrNumber = z.union([z.string(), z.number()], { error: 'must be text or a number' }).nullish();
const isTextList = (items: unknown[]): boolean => items.every((item) => typeof item === 'string');

const commit = z.looseObject(
  {
    branch: text,
    commit_id: text,
    committer: text,
    date: time,
    msg: text,
    repo_name: text,
    repo_owner: text,
    url: text,
  },
  { error: 'must be an object' },
);

const servers = z.looseObject(
  { done: number, failed: number, in_progress: number, pending: number, waiting: number },
  { error: 'must be an object' },
);

/** A body of `build.started` or `build.finished`. `build_num`, `app_name` and `status` must be there. */
export const buildBodySchema = z.looseObject(
  {
    api_url: text,
    app_name: name,
    build_num: textOrWhole,
    build_server: z.unknown().optional(),
    cancelled_by: text,
    cancelling: z.boolean({ error: 'must be true or false' }).nullish(),
    commit: commit.nullish(),
    create_time: time,
    dependencies: z.unknown().optional(),
    // One issue for the list, however long it is.
    deployments: z
      .array(z.unknown(), { error: 'must be a list' })
      .refine(isTextList, { error: 'must be a list of text' })
      .nullish(),
    end_time: time,
    html_url: text,
    release_url: text,
    release_version: text,
    start_time: time,
    status: identity,
  },
  { error: 'must be a JSON object' },
);

/**
 * A body of `deploy.started` or `deploy.finished`. `deployment_id`, `env_name`, `app_name` and
 * `deployment_state` must be there.
 */
export const deployBodySchema = z.looseObject(
  {
    api_url: text,
    app_name: name,
    app_url: text,
    deployer: text,
    deployment_id: identity,
    deployment_number: textOrWhole.nullish(),
    deployment_state: identity,
    deployment_time: time,
    deployment_type: text,
    env_name: name,
    env_url: text,
    html_url: text,
    release_id: text,
    release_url: text,
    release_version: text,
    servers: servers.nullish(),
    servers_url: text,
    stagger_delay: textOrNumber,
    stagger_size: textOrNumber,
  },
  { error: 'must be a JSON object' },
);

/** What is wrong with a field of a body. */
export interface BodyIssue {
  /** A path such as `body.app_name` or `body.commit.date`; `body` for the whole. */
  field: string;
  /** One sentence that names the field, the bound and the value. */
  message: string;
}

/** A body that can be sent, with its scope and with what looks odd in it; or what is wrong with it. */
export type EventBodyCheck = { ok: true; scope: Scope; lints: string[] } | { ok: false; issues: BodyIssue[] };

/**
 * Looks whether `value` can be the body of an event of `type`, and never changes it. The scope is the application
 * that `app_name` names for builds, the environment that `env_name` names for deploys. Missing fields come first.
 */
export function validateEventBody(type: EventType, value: unknown): EventBodyCheck {
  const kind = scopeKindOf(type);
  const result = (kind === 'application' ? buildBodySchema : deployBodySchema).safeParse(value);
  if (!result.success) return { ok: false, issues: issuesOf(type, value, result.error) };
  const body = result.data;
  const scopeName = kind === 'application' ? body.app_name : body.env_name;
  return { ok: true, scope: { kind, name: String(scopeName) }, lints: lintEventBody(type, body) };
}

function issuesOf(type: EventType, value: unknown, error: z.ZodError): BodyIssue[] {
  const missing: BodyIssue[] = [];
  const wrong: BodyIssue[] = [];
  for (const issue of error.issues) {
    const field = ['body', ...issue.path].join('.');
    const found = issue.path.reduce<unknown>(memberOf, value);
    if (found === undefined) missing.push({ field, message: `${field} is missing; ${type} needs it.` });
    else wrong.push({ field, message: `${field} ${issue.message}; this one is ${showValue(found)}.` });
  }
  return [...missing, ...wrong];
}

function memberOf(value: unknown, key: PropertyKey): unknown {
  return typeof value === 'object' && value !== null
    ? (value as Record<PropertyKey, unknown>)[key]
    : undefined;
}
