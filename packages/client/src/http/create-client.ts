/** The typed client of the API: one method for each route of the contract. */
import { HooklaneError, showValue } from '@hooklane/core';
import type { Route } from '../contract/route.ts';
import { ROUTES } from '../contract/routes.ts';
import { ApiError } from './api-error.ts';
import { buildRequest } from './build-request.ts';
import type { Caller } from './build-request.ts';
import type { AnyInput, CallAnswer, CallId, CallInput, ListCallId, ListItem, ListQuery } from './calls.ts';
import { pause } from './pause.ts';
import { isRepeatable, retryWait } from './retry.ts';
import { send } from './send.ts';
import { createFollowDeliveries } from '../stream/follow-deliveries.ts';
import type { FollowDeliveries } from '../stream/follow-deliveries.ts';

/** Where the API is, and how to call it. */
export interface ClientOptions {
  /** http or https; may have a path, for a server behind a proxy. Without user, query and fragment. */
  url: string;
  /** The API token; only the probes work without. */
  token?: string;
  /**
   * For a page that the server itself serves: calls go with the cookie of the session that `createSession` began,
   * instead of a token.
   */
  session?: boolean;
  /** For one try: connect, headers and body. 1 to 600,000 ms; default 10,000. */
  timeoutMs?: number;
  /** How often a safe call is made again after 429, 503 or a broken connection. 0 to 10; default 2. */
  retries?: number;
  /** Instead of the platform's. */
  fetch?: typeof globalThis.fetch;
}

/** What one call can say beside its input. */
export interface CallOptions {
  /** Ends the call, also while it waits to try again; its reason is thrown. */
  signal?: AbortSignal;
}

type CallArguments<Id extends CallId> =
  Partial<CallInput<Id>> extends CallInput<Id>
    ? [input?: CallInput<Id>, options?: CallOptions]
    : [input: CallInput<Id>, options?: CallOptions];

/** One method for each operation id, {@link ListAll} and {@link FollowDeliveries}. They throw `ApiError`, or the reason of `signal`. */
export type Client = {
  readonly [Id in CallId]: (...given: CallArguments<Id>) => Promise<CallAnswer<Id>>;
} & {
  readonly listAll: ListAll;
  /** Deliveries as they change; see `DeliveryNews`. Ends with its signal; throws `ApiError` for what does not pass. */
  readonly followDeliveries: FollowDeliveries;
};

/** All items of a list, fetched page by page as they are asked for. `limit` is the size of a page. */
export type ListAll = <Id extends ListCallId>(
  id: Id,
  query?: ListQuery<Id>,
  options?: CallOptions,
) => AsyncGenerator<ListItem<Id>, void, undefined>;

type AnyCall = (input?: AnyInput, options?: CallOptions) => Promise<unknown>;

/** Makes a client. It holds nothing open. Throws `invalid_setting` when an option cannot be used. */
export function createClient(options: ClientOptions): Client {
  const settings = readOptions(options);
  const calls = Object.fromEntries(
    Object.entries<Route>(ROUTES)
      .filter(([, route]) => route.stream !== true)
      .map(([id, route]) => [id, createCall(route, settings)]),
  ) as Record<CallId, AnyCall>;
  const followDeliveries = createFollowDeliveries(settings);
  return { ...calls, listAll: createListAll(calls), followDeliveries } as unknown as Client;
}

interface Settings extends Caller {
  timeoutMs: number;
  retries: number;
  fetch: typeof globalThis.fetch;
}

function createCall(route: Route, settings: Settings): AnyCall {
  return async (input = {}, options = {}) => {
    const { signal = null } = options;
    const request = buildRequest(route, input, settings);
    const maxTries = isRepeatable(route, input.body) ? settings.retries + 1 : 1;
    for (let tries = 1; ; tries += 1) {
      try {
        return await send(route, request, { ...settings, signal });
      } catch (error) {
        if (!(error instanceof ApiError) || tries >= maxTries) throw error;
        const wait = retryWait(error, tries, Math.random());
        if (wait === null) throw error;
        await pause(wait, signal);
      }
    }
  };
}

function createListAll(calls: Record<ListCallId, AnyCall>): ListAll {
  return async function* listAll<Id extends ListCallId>(
    id: Id,
    query?: ListQuery<Id>,
    options: CallOptions = {},
  ) {
    for (let cursor: string | null = null; ;) {
      const input = { query: { ...(query as object), ...(cursor === null ? {} : { cursor }) } };
      const page = (await calls[id](input, options)) as { items: ListItem<Id>[]; next: string | null };
      yield* page.items;
      if (page.next === null) return;
      if (page.next === cursor) {
        const detail = 'The server answered with a cursor that leads to the same page again.';
        throw new ApiError({ code: 'unexpected_answer', status: 200, detail });
      }
      cursor = page.next;
    }
  };
}

function readOptions(options: ClientOptions): Settings {
  const { token = null, timeoutMs = 10_000, retries = 2 } = options;
  // A header with other characters is refused by fetch with a message that shows it.
  if (token !== null && !/^[\x21-\x7e]+$/.test(token)) {
    throw invalid('token', 'must be printable ASCII without spaces; this one is not.');
  }
  if (!(timeoutMs >= 1 && timeoutMs <= 600_000)) {
    throw invalid('timeoutMs', `must be 1 to 600000; this one is ${timeoutMs}.`);
  }
  if (!Number.isInteger(retries) || retries < 0 || retries > 10) {
    throw invalid('retries', `must be 0 to 10; this one is ${retries}.`);
  }
  const { session = false } = options;
  if (session && token !== null) throw invalid('token', 'cannot go together with session.');
  // A browser's `fetch` must not be called as a method of something else.
  const fetch = options.fetch ?? ((input, init) => globalThis.fetch(input, init));
  return { base: readBase(options.url), token, session, timeoutMs, retries, fetch };
}

function readBase(text: string): string {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw invalid(
      'url',
      `must be an http or https address such as http://localhost:8080; this one is ${showValue(text)}.`,
    );
  }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw invalid('url', 'must have no user, password, query or fragment.');
  }
  return url.origin + url.pathname.replace(/\/+$/, '');
}

function invalid(field: string, detail: string): HooklaneError {
  return new HooklaneError('invalid_setting', { field, detail: `${field} ${detail}` });
}
