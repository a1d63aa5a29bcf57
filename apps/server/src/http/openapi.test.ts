import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ROUTES, ROUTE_ROLES } from '@hooklane/client';
import type { Route, RouteId } from '@hooklane/client';
import { Validator } from '@seriousme/openapi-schema-validator';
import { makeTestServer } from '../testing/test-server.ts';

interface Operation {
  operationId: string;
  summary: string;
  description?: string;
  security?: unknown[];
  parameters?: { name: string; in: string; required?: boolean }[];
  requestBody?: unknown;
  responses: Record<string, { content?: Record<string, unknown> }>;
}
interface Document {
  openapi: string;
  info: { version: string };
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, unknown> };
}

const server = makeTestServer();
let document: Document;
beforeAll(async () => {
  document = (await server.ask('GET', '/openapi.json')).json as unknown as Document;
});
afterAll(() => server.app.close());

const TABLE = Object.entries<Route>(ROUTES);
const operationOf = ({ method, path }: Route): Operation | undefined =>
  document.paths[path]?.[method.toLowerCase()];

test('the description is valid OpenAPI 3.1', async () => {
  const validator = new Validator();
  const result = await validator.validate(structuredClone(document) as unknown as Record<string, unknown>);
  expect(result.errors).toBeUndefined();
  expect(result.valid).toBe(true);
  expect(validator.version).toBe('3.1');
  expect(document.info.version).toBe('1.2.3');
});

test('it holds every route of the table and nothing more', () => {
  const described = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(
      ([method, { operationId }]) => `${operationId} ${method.toUpperCase()} ${path}`,
    ),
  );
  expect(described.toSorted()).toEqual(
    TABLE.map(([id, { method, path }]) => `${id} ${method} ${path}`).toSorted(),
  );
});

describe.each(TABLE)('%s', (id, route) => {
  test('says what it takes and what it answers', () => {
    const operation = operationOf(route);
    expect(operation?.summary).toBe(route.summary);
    expect(operation?.requestBody !== undefined).toBe(route.body !== undefined);
    const inPath = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    const described = (operation?.parameters ?? []).filter((parameter) => parameter.in === 'path');
    expect(described.map(({ name }) => name)).toEqual(inPath);
    for (const status of Object.keys(route.responses)) expect(operation?.responses).toHaveProperty(status);
  });

  test('says which problems it can have, whether it needs a token, and with which role', () => {
    const operation = operationOf(route);
    const isApi = route.path.startsWith('/v1/');
    const role = ROUTE_ROLES[id as RouteId];
    const roles = role === null ? [] : [role];
    const needed = isApi && route.open !== true ? [{ token: roles }, { session: roles }] : [];
    expect(operation?.security).toEqual(needed);
    if (role !== null) expect(operation?.description).toContain(`Needs the role \`${role}\`.`);
    if (isApi) {
      expect(operation?.responses['401']?.content).toEqual({
        'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
      });
    }
    if (route.errors.includes('not_found')) expect(operation?.responses).toHaveProperty('404');
  });
});

test('each schema has one name, and all of them are used', () => {
  const names = Object.keys(document.components.schemas);
  const refs = new Set(
    [...JSON.stringify(document).matchAll(/#\/components\/schemas\/(\w+)/g)].map(([, name]) => name),
  );
  expect(new Set(names)).toEqual(refs);
  expect(names.filter((name) => name.endsWith('Input'))).toEqual([]);
});

test('a secret can be written and not read', () => {
  const { schemas } = document.components;
  const text = (name: string): string => JSON.stringify(schemas[name]);
  expect(text('Webhook')).not.toContain('"secret"');
  expect(text('Webhook')).toContain('hasSecret');
  expect(text('NewWebhook')).toContain('"secret"');
});

test('the page at /docs loads nothing from elsewhere', async () => {
  const { text: page, headers } = await server.ask('GET', '/docs');
  const initializer = (await server.ask('GET', '/docs/static/swagger-initializer.js')).text;
  expect(page).toContain('swagger-ui');
  const sources = [...page.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, source]) => source ?? '');
  expect(sources.length).toBeGreaterThan(3);
  for (const source of sources) {
    expect(source).toMatch(/^(\.\/|\/)?docs\/|^\.?\/?static\//);
    const asset = await server.ask('GET', new URL(source, 'http://x/docs').pathname);
    expect(asset.status).toBe(200);
  }
  expect(page).not.toMatch(/<script>[^<]/);
  expect(initializer).toContain('"validatorUrl":null');
  // Whatever the page should try, the browser does not let it out.
  expect(headers['content-security-policy']).toContain("default-src 'none'; script-src 'self';");
  expect(headers['content-security-policy']).not.toMatch(/https?:|\*/);
});
