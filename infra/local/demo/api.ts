/** The few calls of the API that the demo makes. */

/** A delivery, as far as the demo looks at it. */
export interface SeenDelivery {
  id: string;
  eventId: string;
  webhookId: string;
  status: 'pending' | 'retrying' | 'delivered' | 'dead';
  reason: string | null;
  nextAttemptAt: string | null;
  attempts: {
    number: number;
    startedAt: string;
    durationMs: number;
    outcome: string;
    statusCode: number | null;
  }[];
}

interface Page {
  items: SeenDelivery[];
  next: string | null;
}

/** Calls the API with the token. Throws with the answer's text when it is no success. */
export class DemoApi {
  readonly #base: string;
  readonly #token: string;

  constructor(base: string, token: string) {
    this.#base = base;
    this.#token = token;
  }

  /** One call. `path` begins after `/v1`. */
  async call(method: string, path: string, body?: unknown): Promise<unknown> {
    const answer = await fetch(`${this.#base}/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.#token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(10_000),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${text}`);
    return text === '' ? null : JSON.parse(text);
  }

  /** All deliveries of an account. */
  async deliveries(account: string): Promise<SeenDelivery[]> {
    const items: SeenDelivery[] = [];
    let cursor = '';
    for (;;) {
      const page = (await this.call('GET', `/deliveries?account=${account}&limit=200${cursor}`)) as Page;
      items.push(...page.items);
      if (page.next === null) return items;
      cursor = `&cursor=${encodeURIComponent(page.next)}`;
    }
  }

  /** The open dead letters of an account. */
  async deadLetters(account: string): Promise<SeenDelivery[]> {
    return ((await this.call('GET', `/dead-letters?account=${account}`)) as Page).items;
  }
}
