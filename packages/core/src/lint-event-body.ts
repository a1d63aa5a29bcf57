/** What looks odd in a body and is sent all the same. Oddities are real: the original's own samples have them. */
import type { EventType } from './event.ts';
import { showValue } from './show-value.ts';

/** Statuses of a build, and whether they end it. Compared without case: the original's own tool shouted them. */
const BUILD_STATUS_ENDS = new Map([
  ['waiting', false],
  ['queued', false],
  ['running', false],
  ['success', true],
  ['failed', true],
  ['timedout', true],
  ['cancelled', true],
]);

/** States of a deployment, and whether they end it. */
const DEPLOYMENT_STATE_ENDS = new Map([
  ['pending', false],
  ['inprogress', false],
  ['ok', true],
  ['failed', true],
  ['aborted', true],
]);

const TIME_FIELDS = ['create_time', 'start_time', 'end_time', 'deployment_time'] as const;

/** Sentences on what looks odd in a valid body of `type`; mostly none. None of them is a reason to refuse it. */
export function lintEventBody(type: EventType, body: Readonly<Record<string, unknown>>): string[] {
  const isBuild = type.startsWith('build.');
  const lints = TIME_FIELDS.flatMap((field) => lintSeconds(field, body[field]));
  lints.push(...lintState(type, isBuild ? 'status' : 'deployment_state', body));
  if (isBuild) lints.push(...lintOrder(body));
  else lints.push(...lintCounters(body));
  return lints;
}

/** The seconds of the original are no seconds; below a minute its times say nothing. */
function lintSeconds(field: string, value: unknown): string[] {
  if (typeof value !== 'string' || Number(value.slice(17, 19)) < 60) return [];
  return [
    `body.${field} is ${showValue(value)}: there is no such second; the time holds to the minute only.`,
  ];
}

function lintState(type: EventType, field: string, body: Readonly<Record<string, unknown>>): string[] {
  const ends = field === 'status' ? BUILD_STATUS_ENDS : DEPLOYMENT_STATE_ENDS;
  const value = body[field];
  const isEnd = ends.get(String(value).toLowerCase());
  if (isEnd === undefined)
    return [`body.${field} is ${showValue(value)}, which is none of the documented ones.`];
  if (isEnd === type.endsWith('.finished')) return [];
  return [`body.${field} is ${showValue(value)}, which does not fit ${type}.`];
}

/** Compared by the minute, and only when both are UTC. */
function lintOrder(body: Readonly<Record<string, unknown>>): string[] {
  const { start_time: start, end_time: end } = body;
  if (typeof start !== 'string' || typeof end !== 'string') return [];
  if (!start.endsWith('Z') || !end.endsWith('Z') || end.slice(0, 16) >= start.slice(0, 16)) return [];
  return [`body.end_time is ${showValue(end)}, before body.start_time ${showValue(start)}.`];
}

function lintCounters(body: Readonly<Record<string, unknown>>): string[] {
  const servers = body.servers;
  if (typeof servers !== 'object' || servers === null) return [];
  const failed = (servers as Record<string, unknown>).failed;
  const isOk = String(body.deployment_state).toLowerCase() === 'ok';
  if (!isOk || typeof failed !== 'number' || failed <= 0) return [];
  return [
    `body.servers.failed is ${failed}, but body.deployment_state is ${showValue(body.deployment_state)}.`,
  ];
}
