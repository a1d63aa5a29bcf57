/** GET and POST /v1/tokens, DELETE /v1/tokens/{id} */
import type { ApiToken } from '@hooklane/client';
import { HooklaneError } from '@hooklane/core';
import type { Handler } from '../deps.ts';
import type { TokenRecord } from '../ports.ts';
import { rfc3339, rfc3339OrNull } from '../views/time.ts';
import { notFound } from './not-found.ts';

/** All tokens on one page: there are at most 1,000. */
export const listTokens: Handler<'listTokens'> = async (_request, { ports }) => {
  const tokens = await ports.tokens.listTokens();
  return { status: 200, body: { items: tokens.map(viewToken), next: null } };
};

/** Makes a token and shows it, this once. */
export const createToken: Handler<'createToken'> = async ({ body, caller }, { ports, now }) => {
  const expiresAt = typeof body.expiresAt === 'string' ? Date.parse(body.expiresAt) : null;
  if (expiresAt !== null && expiresAt <= now()) {
    throw new HooklaneError('invalid_field', {
      field: 'expiresAt',
      detail: `expiresAt must be in the future; this one is ${rfc3339(expiresAt)}.`,
    });
  }
  const { token, record } = await ports.tokens.createToken({
    name: body.name,
    roles: [...new Set(body.roles)],
    accounts: body.accounts ?? null,
    createdBy: caller.principal?.name ?? '',
    expiresAt,
  });
  return {
    status: 201,
    headers: { location: `/v1/tokens/${record.id}` },
    body: { ...viewToken(record), token },
  };
};

/** Who shows it from now on is refused. */
export const revokeToken: Handler<'revokeToken'> = async ({ params }, { ports }) => {
  if ((await ports.tokens.revokeToken(params.id)) === null) throw notFound('token', params.id);
  return { status: 204, body: null };
};

function viewToken(record: TokenRecord): ApiToken {
  return {
    ...record,
    createdAt: rfc3339(record.createdAt),
    expiresAt: rfc3339OrNull(record.expiresAt),
    lastUsedAt: rfc3339OrNull(record.lastUsedAt),
  };
}
