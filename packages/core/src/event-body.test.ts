import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { z } from 'zod';
import { buildBodySchema, deployBodySchema, validateEventBody } from './event-body.ts';
import { EVENT_TYPES } from './event.ts';
import type { EventType } from './event.ts';

type Json = Record<string, unknown>;

/** The bodies of the original's documentation. */
function fixture(type: EventType): Json {
  return JSON.parse(readFileSync(new URL(`../fixtures/${type}.json`, import.meta.url), 'utf8')) as Json;
}

function fieldsOf(type: EventType, body: unknown): string[] {
  const check = validateEventBody(type, body);
  return check.ok ? [] : check.issues.map((issue) => issue.field);
}

function messageOf(type: EventType, body: unknown): string {
  const check = validateEventBody(type, body);
  return check.ok ? '' : (check.issues[0]?.message ?? '');
}

const IDENTITY = {
  build: ['app_name', 'build_num', 'status'],
  deploy: ['app_name', 'deployment_id', 'deployment_state', 'env_name'],
};

function identityOf(type: EventType): string[] {
  return type.startsWith('build.') ? IDENTITY.build : IDENTITY.deploy;
}

describe.each(EVENT_TYPES)('%s', (type) => {
  test("the original's body is accepted, with the scope that it names", () => {
    const isBuild = type.startsWith('build.');
    expect(validateEventBody(type, fixture(type))).toMatchObject({
      ok: true,
      scope: isBuild
        ? { kind: 'application', name: 'rubyubunturbenvapp' }
        : { kind: 'environment', name: 'rubyubunturbenvapp-beta' },
    });
  });

  test('looking does not touch the body, unknown fields included', () => {
    const body = { zz: 1, ...fixture(type), extra: { deep: [null] }, 7: 'seven' };
    const before = JSON.stringify(body);
    expect(validateEventBody(type, body).ok).toBe(true);
    expect(JSON.stringify(body)).toBe(before);
  });

  test('each part of the identity is needed: not missing, not null, not empty', () => {
    for (const field of identityOf(type)) {
      const { [field]: _gone, ...rest } = fixture(type);
      expect(fieldsOf(type, rest)).toEqual([`body.${field}`]);
      expect(messageOf(type, rest)).toBe(`body.${field} is missing; ${type} needs it.`);
      expect(fieldsOf(type, { ...rest, [field]: null })).toEqual([`body.${field}`]);
      expect(fieldsOf(type, { ...rest, [field]: '' })).toEqual([`body.${field}`]);
    }
  });

  test('every other field may be null or missing', () => {
    const identity = identityOf(type);
    const body = fixture(type);
    const others = Object.keys(body).filter((key) => !identity.includes(key));
    const nulls = { ...body, ...Object.fromEntries(others.map((key) => [key, null])) };
    expect(fieldsOf(type, nulls)).toEqual([]);
    expect(fieldsOf(type, Object.fromEntries(identity.map((key) => [key, body[key]])))).toEqual([]);
  });

  test('a documented field of another type is refused by name', () => {
    const untyped = ['build_server', 'dependencies'];
    for (const key of Object.keys(fixture(type)).filter((name) => !untyped.includes(name))) {
      expect(fieldsOf(type, { ...fixture(type), [key]: true })).toEqual([`body.${key}`]);
    }
  });

  test.each([
    ['null', null],
    ['undefined', undefined],
    ['a list', []],
    ['a text', '{}'],
    ['a number', 1],
  ])('%s is no body', (_what, value) => {
    expect(fieldsOf(type, value)).toEqual(['body']);
  });

  test('no value makes it throw', () => {
    fc.assert(
      fc.property(fc.anything(), fc.constantFrom(...Object.keys(fixture(type))), (value, key) => {
        validateEventBody(type, value);
        validateEventBody(type, { ...fixture(type), [key]: value });
      }),
    );
  });
});

test('a deploy body that claims to be a build is refused, the missing field first', () => {
  const body = { ...fixture('deploy.started'), api_url: 7 };
  expect(fieldsOf('build.started', body)).toEqual(['body.build_num', 'body.status', 'body.api_url']);
});

test('a build body that claims to be a deploy is refused', () => {
  const fields = fieldsOf('deploy.finished', fixture('build.finished'));
  expect(fields).toEqual(['body.deployment_id', 'body.deployment_state', 'body.env_name']);
});

test.each([
  ['a text', '6982', true],
  ['a whole number', 6982, true],
  ['a number that lost digits', 2 ** 53, false],
  ['a fraction', 1.5, false],
  ['nothing', '', false],
])('build_num as %s', (_what, value, isAccepted) => {
  const fields = fieldsOf('build.started', { ...fixture('build.started'), build_num: value });
  expect(fields).toEqual(isAccepted ? [] : ['body.build_num']);
});

test.each([
  ['2015-11-20T23:43:90Z', true],
  ['2015-11-20T99:99:99Z', true],
  ['2016-08-30T22:30:44.770Z', true],
  ['2016-08-30T22:30:44+0200', true],
  ['2016-08-30T22:30:44-02:00', true],
  ['2016-08-30 22:30:44', false],
  ['yesterday', false],
  ['', false],
])('a time of "%s" passes: %s', (value, isAccepted) => {
  const fields = fieldsOf('build.finished', { ...fixture('build.finished'), end_time: value });
  expect(fields).toEqual(isAccepted ? [] : ['body.end_time']);
});

test('fields inside objects are named by their path, with the value', () => {
  const body = fixture('build.started');
  expect(messageOf('build.started', { ...body, commit: { branch: 7 } })).toBe(
    'body.commit.branch must be text; this one is 7.',
  );
  const servers = { done: 'x'.repeat(1000) };
  const message = messageOf('deploy.started', { ...fixture('deploy.started'), servers });
  expect(message).toContain('body.servers.done must be a number');
  expect(message.length).toBeLessThan(200);
});

test('a long list of wrong items is one issue', () => {
  const deployments = Array.from({ length: 100_000 }, (_, index) => index);
  const body = { ...fixture('build.started'), deployments };
  expect(fieldsOf('build.started', body)).toEqual(['body.deployments']);
});

test.each(['a\nb', 'x'.repeat(257), '..'])('a scope cannot be named %j by a body', (name) => {
  expect(fieldsOf('build.started', { ...fixture('build.started'), app_name: name })).toEqual([
    'body.app_name',
  ]);
  expect(fieldsOf('deploy.started', { ...fixture('deploy.started'), env_name: name })).toEqual([
    'body.env_name',
  ]);
});

test('a member that only a prototype has is no field', () => {
  const body = JSON.parse('{"__proto__":{"app_name":"a","build_num":"1","status":"Queued"}}') as unknown;
  expect(fieldsOf('build.started', body)).toEqual(['body.app_name', 'body.build_num', 'body.status']);
});

test('the schemas can be written as JSON Schema, for OpenAPI', () => {
  for (const schema of [buildBodySchema, deployBodySchema]) {
    expect(z.toJSONSchema(schema)).toMatchObject({
      type: 'object',
      required: expect.arrayContaining(['app_name']),
    });
  }
});
