import { describe, expect, test } from '@jest/globals';
import { ERROR_CATALOGUE } from '@hooklane/core';
import type { Route } from './route.ts';
import { ROUTES } from './routes.ts';

const TABLE = Object.values<Route>(ROUTES);

/** The addresses that the design promises. */
const PROMISED = [
  'POST /v1/events',
  'GET /v1/events/{id}',
  'GET /v1/accounts/{account}/applications/{name}',
  'PUT /v1/accounts/{account}/applications/{name}',
  'GET /v1/accounts/{account}/environments/{name}',
  'PUT /v1/accounts/{account}/environments/{name}',
  'POST /v1/accounts/{account}/applications/{name}/webhooks',
  'POST /v1/accounts/{account}/environments/{name}/webhooks',
  'GET /v1/webhooks/{id}',
  'PATCH /v1/webhooks/{id}',
  'DELETE /v1/webhooks/{id}',
  'POST /v1/webhooks/{id}/test',
  'GET /v1/deliveries',
  'GET /v1/deliveries/{id}',
  'POST /v1/deliveries/{id}/redeliver',
  'GET /v1/dead-letters',
  'POST /v1/dead-letters/redrive',
  'POST /v1/dead-letters/discard',
  'GET /healthz',
  'GET /readyz',
  'GET /metrics',
];

const addressOf = ({ method, path }: Route): string => `${method} ${path}`;

test('the table holds every address that the design promises', () => {
  expect(TABLE.map(addressOf)).toEqual(expect.arrayContaining(PROMISED));
});

test('no address stands in it twice', () => {
  expect(new Set(TABLE.map(addressOf)).size).toBe(TABLE.length);
});

describe.each(TABLE.map((route) => [addressOf(route), route] as const))('%s', (_address, route) => {
  test('names the parameters of its path, and only reads with GET', () => {
    expect(route.path.includes('{')).toBe(route.params !== undefined);
    if (route.method === 'GET') expect(route.body).toBeUndefined();
  });

  test('names only errors that have another status than its answers', () => {
    const answers = Object.keys(route.responses).map(Number);
    for (const code of route.errors) expect(answers).not.toContain(ERROR_CATALOGUE[code].status);
  });
});
