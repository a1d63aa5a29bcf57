/** Step "classify": from what came of a request to outcome, fault and error. Pure. DESIGN section 5, left column. */
import type { Attempt, Fault, Outcome } from '@hooklane/core';
import type { PostFailureCode, PostResult } from './ports.ts';

/** What an attempt came to. */
export interface Verdict {
  outcome: Outcome;
  fault: Fault | null;
  error: Attempt['error'];
}

const BY_FAILURE: Record<PostFailureCode, [Outcome, Fault]> = {
  timeout: ['timeout', 'receiver'],
  connect_timeout: ['timeout', 'network'],
  refused: ['unreachable', 'network'],
  reset: ['unreachable', 'network'],
  dns: ['unreachable', 'network'],
  unreachable: ['unreachable', 'network'],
  tls: ['unreachable', 'receiver'],
  headers_too_large: ['rejected', 'receiver'],
  bad_response: ['rejected', 'receiver'],
  blocked_address: ['blocked', 'ours'],
  blocked_port: ['blocked', 'ours'],
  bad_url: ['blocked', 'ours'],
  bad_request: ['blocked', 'ours'],
  local_resources: ['unreachable', 'ours'],
  aborted: ['interrupted', 'ours'],
  closed: ['interrupted', 'ours'],
};

function byStatus(status: number): Verdict {
  if (status >= 200 && status < 300) return { outcome: 'ok', fault: null, error: null };
  if (status === 410) return { outcome: 'gone', fault: 'receiver', error: null };
  if (status === 429) return { outcome: 'throttled', fault: 'receiver', error: null };
  if (status >= 300 && status < 400) {
    const message =
      'The receiver answered with a redirect. Redirects are never followed: give the final URL.';
    return { outcome: 'rejected', fault: 'receiver', error: { code: 'redirect', message } };
  }
  return { outcome: 'rejected', fault: 'receiver', error: null };
}

/** Says what a result means. */
export function classify(result: PostResult): Verdict {
  if (result.kind === 'answer') return byStatus(result.statusCode);
  const [outcome, fault] = BY_FAILURE[result.code];
  return { outcome, fault, error: { code: result.code, message: result.message } };
}
