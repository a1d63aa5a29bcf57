/** A route and its input as an HTTP request. */
import type { Route } from '../contract/route.ts';
import { CONSOLE_HEADER } from '../contract/session.ts';
import { ApiError } from './api-error.ts';
import type { AnyInput } from './calls.ts';

/** What `fetch` is given beside the signal. */
export interface BuiltRequest {
  url: string;
  method: Route['method'];
  headers: Record<string, string>;
  body: string | null;
  credentials: 'same-origin' | 'omit';
}

/** Where the API is, and who asks. */
export interface Caller {
  /** Without a slash at its end. */
  base: string;
  token: string | null;
  /** The page of the console: the cookie of its session goes along, and the header that writes with it need. */
  session: boolean;
}

/** The token goes to `/v1` only: nothing else needs it. Throws `invalid_field` for a parameter that no path can have. */
export function buildRequest(route: Route, input: AnyInput, caller: Caller): BuiltRequest {
  const headers: Record<string, string> = {
    accept: 'application/json, application/problem+json, text/plain',
  };
  if (caller.token !== null && route.path.startsWith('/v1/'))
    headers.authorization = `Bearer ${caller.token}`;
  if (caller.session) headers[CONSOLE_HEADER] = '1';
  const hasBody = route.body !== undefined;
  if (hasBody) headers['content-type'] = 'application/json';
  return {
    url: caller.base + fillPath(route.path, input.params ?? {}) + queryText(input.query ?? {}),
    method: route.method,
    headers,
    body: hasBody ? JSON.stringify(input.body ?? {}) : null,
    credentials: caller.session ? 'same-origin' : 'omit',
  };
}

function fillPath(path: string, params: Readonly<Record<string, string>>): string {
  return path.replaceAll(/\{(\w+)\}/g, (_all, name: string) => {
    const value = params[name] ?? '';
    // URL parsers resolve these two even when they are percent-encoded: the request would go elsewhere.
    if (value === '' || value === '.' || value === '..') {
      const detail = `${name} cannot be ${JSON.stringify(value)} in an address.`;
      throw new ApiError({ code: 'invalid_field', status: null, field: name, detail });
    }
    return encodeURIComponent(value.toWellFormed());
  });
}

function queryText(query: Readonly<Record<string, string | number | undefined>>): string {
  const text = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) text.set(name, String(value));
  }
  return text.size === 0 ? '' : `?${text.toString()}`;
}
