/** One call of the API, as a program that is no client of ours would make it. */

/** What to call. */
export interface ApiCall {
  url: string;
  method: string;
  token: string;
  /** A text leaves as it is, anything else as JSON. */
  body?: unknown;
}

/** What came back. */
export interface ApiAnswer {
  status: number;
  body: Record<string, unknown>;
}

const TIMEOUT_MS = 10_000;

/** Calls. Rejects when no complete answer comes within 10 s. */
export async function callApi({ url, method, token, body }: ApiCall): Promise<ApiAnswer> {
  const answer = await fetch(url, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      connection: 'close',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  const text = await answer.text();
  return { status: answer.status, body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>) };
}
