/** The cookie of a session (RFC 6265bis): scripts cannot read it, and no other site's page makes a browser send it. */
import { SESSION_COOKIE } from '@hooklane/client';
import { parseCookie, stringifySetCookie } from 'cookie';

/** The header that gives a browser its session. */
export function sessionCookie(
  id: string,
  { maxAgeMs, isSecure }: { maxAgeMs: number; isSecure: boolean },
): string {
  return stringifySetCookie({
    name: SESSION_COOKIE,
    value: id,
    httpOnly: true,
    sameSite: 'strict',
    path: '/',
    secure: isSecure,
    maxAge: Math.floor(maxAgeMs / 1000),
  });
}

/** The header that takes it away. */
export function clearedCookie(isSecure: boolean): string {
  return sessionCookie('', { maxAgeMs: 0, isSecure });
}

/** What the cookie of a request holds; null without one. */
export function readSessionCookie(header: string | undefined): string | null {
  const value = header === undefined ? undefined : parseCookie(header)[SESSION_COOKIE];
  return value === undefined || value === '' ? null : value;
}
