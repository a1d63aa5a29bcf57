/** What a notice says, `n` of `notice:<id>`, as JSON. */
import { EVENT_TYPES, NOTICE_KINDS, type Notice, OUTCOMES, type Outcome } from '@hooklane/core';
import { oneOf, parseObject } from './damage.ts';

/** A notice without what Redis keeps beside it. */
export type Said = Omit<Notice, 'id' | 'at' | 'acknowledgedAt'>;

type Parts = Record<string, unknown>;

function parts(value: unknown): Parts | null {
  return typeof value === 'object' && value !== null ? (value as Parts) : null;
}

function word<T extends string>(words: readonly T[], value: unknown): T | null {
  return typeof value === 'string' ? oneOf(words, value) : null;
}

function whole(value: unknown): number {
  return Number.isSafeInteger(value) ? Number(value) : 0;
}

/** null: damaged, or of a version that wrote otherwise. */
export function readSaid(text: string): Said | null {
  const said = parts(parseObject(text));
  const kind = word(NOTICE_KINDS, said?.['kind']);
  const { account, message } = said ?? {};
  if (said === null || kind === null || typeof account !== 'string' || typeof message !== 'string')
    return null;
  return {
    kind,
    account,
    message,
    webhook: readNoticeWebhook(parts(said['webhook'])),
    reason: word(['failing', 'gone'], said['reason']),
    streak: readStreak(parts(said['streak'])),
    last: readLast(parts(said['last'])),
  };
}

function readNoticeWebhook(webhook: Parts | null): Notice['webhook'] {
  const scope = parts(webhook?.['scope']);
  const event = word(EVENT_TYPES, webhook?.['event']);
  const kind = word(['application', 'environment'], scope?.['kind']);
  const [id, name, scopeName] = [webhook?.['id'], webhook?.['name'], scope?.['name']];
  if (event === null || kind === null) return null;
  if (typeof id !== 'string' || typeof name !== 'string' || typeof scopeName !== 'string') return null;
  return { id, name, event, scope: { kind, name: scopeName } };
}

function readStreak(streak: Parts | null): Notice['streak'] {
  const step = word(['first', 'half', 'full', 'recovered'], streak?.['step']);
  if (streak === null || step === null) return null;
  const { since, tries, failingMs } = streak;
  return { step, since: whole(since), tries: whole(tries), failingMs: whole(failingMs) };
}

function readLast(last: Parts | null): Notice['last'] {
  const outcome: Outcome | null = word(OUTCOMES, last?.['outcome']);
  if (last === null || outcome === null) return null;
  const { statusCode, error } = last;
  return {
    outcome,
    statusCode: Number.isSafeInteger(statusCode) ? Number(statusCode) : null,
    error: typeof error === 'string' ? error : null,
  };
}
