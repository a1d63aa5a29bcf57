/** What the command line itself can find out about its way to the server. */
import { ApiError, createClient } from '@hooklane/client';
import type { Client } from '@hooklane/client';
import { HooklaneError } from '@hooklane/core';
import { explainError } from '../explain-error.ts';
import { isLocal } from '../settings/find-settings.ts';
import type { ConnectionSettings } from '../settings/find-settings.ts';
import { showSpan } from '../show/times.ts';
import { VERSION } from '../version.ts';

/** One thing that was looked at. */
export interface Finding {
  check: string;
  level: 'ok' | 'warning' | 'error';
  message: string;
  /** What to do; null when nothing is. */
  advice: string | null;
}

/** All findings, and whether the server answered at all. */
export interface Examination {
  findings: Finding[];
  isReachable: boolean;
}

/** A signature is refused beyond 5 minutes; a minute is a reason to look. */
const MAX_CLOCK_DIFFERENCE_MS = 60_000;

/** Never rejects because of the server: that is what it finds. */
export async function examine(settings: ConnectionSettings, timeoutMs: number): Promise<Examination> {
  const findings: Finding[] = [settingsFinding(settings)];
  const client = connect(settings, timeoutMs, (finding) => findings.push(finding));
  if (client === null) return { findings, isReachable: false };
  if (!isLocal(settings.url) && settings.url.startsWith('http:')) findings.push(UNENCRYPTED);
  const reach = await reachFinding(client.call, settings.url);
  findings.push(reach.finding);
  if (!reach.isReachable) return { findings, isReachable: false };
  findings.push(clockFinding(client.serverTime()));
  const token = await tokenFinding(client.call, settings);
  findings.push(token);
  if (token.level === 'ok') findings.push(...(await serverFindings(client.call)));
  return { findings, isReachable: true };
}

const UNENCRYPTED: Finding = {
  check: 'encryption',
  level: 'warning',
  message: 'The token travels to another machine unencrypted.',
  advice: 'Use an https address, by a proxy in front of the server.',
};

function settingsFinding({ url, urlFrom, tokenFrom }: ConnectionSettings): Finding {
  const message = `hooklane ${VERSION}: ${url} by ${urlFrom}; the token by ${tokenFrom ?? 'nothing'}.`;
  if (tokenFrom !== null) return { check: 'settings', level: 'ok', message, advice: null };
  const advice = 'Set HOOKLANE_API_TOKEN, or keep a token with: hooklane login';
  return { check: 'settings', level: 'error', message, advice };
}

interface Connected {
  call: Client;
  /** The `Date` of the last answer and when it came, ms since the epoch. */
  serverTime: () => { date: number; sentAt: number; cameAt: number } | null;
}

function connect(
  { url, token }: ConnectionSettings,
  timeoutMs: number,
  report: (finding: Finding) => void,
): Connected | null {
  let seen: ReturnType<Connected['serverTime']> = null;
  const fetchAndNote: typeof fetch = async (...request) => {
    const sentAt = Date.now();
    const response = await fetch(...request);
    const date = Date.parse(response.headers.get('date') ?? '');
    seen = Number.isNaN(date) ? null : { date, sentAt, cameAt: Date.now() };
    return response;
  };
  try {
    const call = createClient({
      url,
      ...(token === null ? {} : { token }),
      timeoutMs,
      retries: 0,
      fetch: fetchAndNote,
    });
    return { call, serverTime: () => seen };
  } catch (error) {
    if (!(error instanceof HooklaneError)) throw error;
    report({ check: 'settings', level: 'error', message: error.message, advice: 'Correct the setting.' });
    return null;
  }
}

async function reachFinding(
  client: Client,
  url: string,
): Promise<{ finding: Finding; isReachable: boolean }> {
  const start = performance.now();
  try {
    const { ok, problems } = await client.getReadiness();
    const took = showSpan(performance.now() - start);
    const finding: Finding = ok
      ? { check: 'server', level: 'ok', message: `${url} is ready; it answered in ${took}.`, advice: null }
      : {
          check: 'server',
          level: 'error',
          message: `${url} answers, but it is not ready: ${problems.join(' ')}`,
          advice: 'Look at its Redis; the log of the server has more.',
        };
    return { finding, isReachable: true };
  } catch (error) {
    const isSilent = error instanceof ApiError && error.status === null;
    return { finding: failedFinding('server', error), isReachable: !isSilent };
  }
}

/** `Date` has whole seconds. */
function clockFinding(seen: ReturnType<Connected['serverTime']>): Finding {
  const check = 'clock';
  if (seen === null) return { check, level: 'ok', message: 'The server tells no time.', advice: null };
  const middle = (seen.sentAt + seen.cameAt) / 2;
  const difference = Math.max(0, Math.abs(seen.date + 500 - middle) - 500);
  const message = `The clocks of the server and of this machine differ by ${showSpan(difference)}.`;
  if (difference <= MAX_CLOCK_DIFFERENCE_MS) return { check, level: 'ok', message, advice: null };
  const advice = 'Set both by NTP: receivers refuse signatures that are 5 minutes off.';
  return { check, level: 'warning', message, advice };
}

async function tokenFinding(client: Client, settings: ConnectionSettings): Promise<Finding> {
  if (settings.token === null) {
    const advice = 'Set HOOKLANE_API_TOKEN, or keep a token with: hooklane login';
    return { check: 'token', level: 'error', message: 'There is no token to try.', advice };
  }
  try {
    await client.listScopes({ query: { limit: 1 } });
    return { check: 'token', level: 'ok', message: 'The server accepts the token.', advice: null };
  } catch (error) {
    return failedFinding('token', error);
  }
}

async function serverFindings(client: Client): Promise<Finding[]> {
  try {
    return (await client.getDoctor()).findings;
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 'not_found') return [failedFinding('server', error)];
    const message = 'This server is older and cannot examine itself (GET /v1/doctor).';
    return [{ check: 'server', level: 'warning', message, advice: 'Update the server.' }];
  }
}

function failedFinding(check: string, error: unknown): Finding {
  const { lines, hint } = explainError(error);
  // The last part of a hint may be to run the doctor.
  const advice = hint?.replace(/[,;]?[^,;.?]*hooklane doctor$/, '') ?? null;
  return { check, level: 'error', message: lines.join(' '), advice };
}
