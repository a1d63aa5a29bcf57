/** The history of a delivery, `tries:<delivery>`: one attempt as JSON per entry. */
import { type Attempt, type Fault, OUTCOMES, type ResponseExcerpt } from '@hooklane/core';
import { oneOf, parseObject } from './damage.ts';

const FAULTS: readonly Fault[] = ['receiver', 'network', 'ours'];

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function count(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : null;
}

/** null: damaged, or of a version that wrote otherwise. */
export function readAttempt(line: string): Attempt | null {
  const parts = (parseObject(line) ?? {}) as Partial<Record<keyof Attempt, unknown>>;
  const outcome = oneOf(OUTCOMES, text(parts.outcome));
  const number = count(parts.number);
  if (outcome === null || number === null || !Number.isSafeInteger(number)) return null;
  const statusCode = count(parts.statusCode);
  return {
    number,
    startedAt: count(parts.startedAt) ?? 0,
    durationMs: count(parts.durationMs) ?? 0,
    outcome,
    fault: oneOf(FAULTS, text(parts.fault)),
    statusCode: Number.isSafeInteger(statusCode) ? statusCode : null,
    error: readError(parts.error),
    response: readResponse(parts.response),
  };
}

function readError(value: unknown): Attempt['error'] {
  if (typeof value !== 'object' || value === null) return null;
  const { code, message } = value as Record<string, unknown>;
  return typeof code === 'string' && typeof message === 'string' ? { code, message } : null;
}

function readResponse(value: unknown): ResponseExcerpt | null {
  if (typeof value !== 'object' || value === null) return null;
  const { headers, body, truncated } = value as Record<string, unknown>;
  const entries = typeof headers === 'object' && headers !== null ? Object.entries(headers) : [];
  return {
    headers: Object.fromEntries(
      entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    ),
    body: text(body) ?? '',
    truncated: truncated === true,
  };
}
