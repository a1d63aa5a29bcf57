import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { EVENT_TYPES, MAX_BODY_BYTES, sampleEventBody } from '@hooklane/core';
import { acceptEvent } from './accept-event.ts';
import type { EmittedEvent } from './accept-event.ts';

const sources = {
  tick: () => ({ acceptedAt: 1_700_000_000_000, order: 0 }),
  placeOf: () => 0,
  newId: (now: number) => `evt_at_${now}`,
};
const build = { app_name: 'Shop', build_num: '7', status: 'Queued' };
const event: EmittedEvent = { account: 'jdoe', type: 'build.started', body: build };

function refusal(input: unknown): unknown {
  try {
    acceptEvent(input as EmittedEvent, sources);
  } catch (error) {
    return error;
  }
  return null;
}

describe('an event is completed', () => {
  test('with a new id, the time and its scope', () => {
    expect(acceptEvent(event, sources)).toEqual({
      bytes: JSON.stringify(build).length,
      event: {
        id: 'evt_at_1700000000000',
        type: 'build.started',
        account: 'jdoe',
        scope: { kind: 'application', name: 'Shop' },
        acceptedAt: 1_700_000_000_000,
        occurredAt: 1_700_000_000_000,
        body: JSON.stringify(build),
      },
    });
  });

  test.each(EVENT_TYPES)('the sample of %s is accepted', (type) => {
    const body = sampleEventBody(type, 'jdoe', 'shop');
    expect(acceptEvent({ account: 'jdoe', type, body }, sources).event.type).toBe(type);
  });

  test.each([
    [new Date(5), 5],
    [17, 17],
    ['2015-11-20T23:43:01Z', Date.UTC(2015, 10, 20, 23, 43, 1)],
    ['2015-11-20T23:43:01.5+01:00', Date.UTC(2015, 10, 20, 22, 43, 1, 500)],
  ])('occurredAt %p', (occurredAt, ms) => {
    expect(acceptEvent({ ...event, occurredAt }, sources).event.occurredAt).toBe(ms);
  });
});

describe('the body leaves as it came', () => {
  test('as a text, byte for byte', () => {
    const text = ' {"build_num" : 7.0, "app_name":"shop","status":"\\u00e9é", "z":1,"1":2}\n';
    const accepted = acceptEvent({ ...event, body: text }, sources);
    expect(accepted.event.body).toBe(text);
    expect(accepted.bytes).toBe(Buffer.byteLength(text));
  });

  test('as the text that the caller parsed already', () => {
    const rawBody = '{"app_name":"shop", "build_num":"7","status":"Queued"}';
    expect(acceptEvent({ ...event, body: build, rawBody }, sources).event.body).toBe(rawBody);
  });

  test('as JSON.stringify writes it', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (extra) => {
        const body = { ...extra, ...build };
        expect(acceptEvent({ ...event, body }, sources).event.body).toBe(JSON.stringify(body));
      }),
    );
  });

  test('and what is checked is what leaves', () => {
    const named = { status: 'Queued', toJSON: () => ({ ...build, app_name: 'from toJSON' }) };
    expect(acceptEvent({ ...event, body: named }, sources).event.scope.name).toBe('from toJSON');
  });
});

describe('an event that cannot be sent is refused, with its field', () => {
  const cyclic: Record<string, unknown> = { ...build };
  cyclic.self = cyclic;
  const huge = { ...build, pad: 'é'.repeat(MAX_BODY_BYTES / 2) };

  const nested = (levels: number): string =>
    `{"app_name":"s","build_num":"7","status":"Queued","x":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}`;

  test('a body may be 200 levels deep', () => {
    expect(acceptEvent({ ...event, body: nested(200) }, sources).event.body).toBe(nested(200));
  });

  test.each([
    ['too deep', { ...event, body: nested(201) }, 'invalid_field', 'body'],
    ['far too deep', { ...event, body: nested(100_000) }, 'invalid_field', 'body'],
    ['too deep beside its text', { ...event, rawBody: nested(201) }, 'invalid_field', 'body'],
    ['no such day', { ...event, occurredAt: '2015-02-30T00:00:00Z' }, 'invalid_field', 'occurredAt'],
    ['account', { ...event, account: 'j doe' }, 'invalid_field', 'account'],
    ['no account', { ...event, account: undefined }, 'invalid_field', 'account'],
    ['type', { ...event, type: 'build.done' }, 'invalid_field', 'type'],
    ['id', { ...event, id: 'a:b' }, 'invalid_field', 'id'],
    ['empty id', { ...event, id: '' }, 'invalid_field', 'id'],
    ['local time', { ...event, occurredAt: '2015-11-20 23:43' }, 'invalid_field', 'occurredAt'],
    ['impossible time', { ...event, occurredAt: '2015-11-20T23:43:90Z' }, 'invalid_field', 'occurredAt'],
    ['invalid Date', { ...event, occurredAt: new Date(Number.NaN) }, 'invalid_field', 'occurredAt'],
    ['negative time', { ...event, occurredAt: -1 }, 'invalid_field', 'occurredAt'],
    ['body of another event', { ...event, body: { env_name: 'x' } }, 'event_body_mismatch', 'body.app_name'],
    ['no JSON', { ...event, body: '{app_name:' }, 'event_body_mismatch', 'body'],
    ['no object', { ...event, body: 'null' }, 'event_body_mismatch', 'body'],
    ['no body', { ...event, body: undefined }, 'event_body_mismatch', 'body'],
    ['a cycle', { ...event, body: cyclic }, 'event_body_mismatch', 'body'],
    ['a bigint', { ...event, body: { ...build, n: 1n } }, 'event_body_mismatch', 'body'],
    ['too large', { ...event, body: huge }, 'body_too_large', 'body'],
  ])('%s', (_, input, code, field) => {
    expect(refusal(input)).toMatchObject({ name: 'HooklaneError', code, field });
  });
});
