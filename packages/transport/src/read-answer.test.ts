import { describe, expect, test } from '@jest/globals';
import { MAX_RESPONSE_EXCERPT_BYTES } from '@hooklane/core';
import fc from 'fast-check';
import { MAX_HEADERS, MAX_HEADER_CHARS, excerptOf, keepHeaders, retryAfterOf } from './read-answer.ts';

describe('The excerpt of a body', () => {
  test('holds a short body as it came', () => {
    expect(excerptOf([Buffer.from('{"ok":'), Buffer.from('"ä"}')], true)).toEqual({
      body: '{"ok":"ä"}',
      truncated: false,
    });
    expect(excerptOf([], true)).toEqual({ body: '', truncated: false });
  });

  test('says so when the body did not end', () => {
    expect(excerptOf([Buffer.from('half')], false)).toEqual({ body: 'half', truncated: true });
  });

  test('holds exactly 16 KiB, not a byte more', () => {
    const full = excerptOf([Buffer.alloc(MAX_RESPONSE_EXCERPT_BYTES, 'a')], true);
    expect(full).toEqual({ body: 'a'.repeat(MAX_RESPONSE_EXCERPT_BYTES), truncated: false });
    const over = excerptOf([Buffer.alloc(MAX_RESPONSE_EXCERPT_BYTES, 'a'), Buffer.from('b')], true);
    expect(over).toEqual({ body: 'a'.repeat(MAX_RESPONSE_EXCERPT_BYTES), truncated: true });
  });

  test('leaves out half a character at the cut', () => {
    const bytes = Buffer.from(`${'a'.repeat(MAX_RESPONSE_EXCERPT_BYTES - 1)}€`);
    expect(excerptOf([bytes], true).body).toBe('a'.repeat(MAX_RESPONSE_EXCERPT_BYTES - 1));
  });

  test('is never longer than 16 KiB as UTF-8, whatever the bytes', () => {
    const bytes = fc.uint8Array({ minLength: 0, maxLength: 40_000, size: 'max' });
    fc.assert(
      fc.property(bytes, fc.boolean(), (array, complete) => {
        const { body, truncated } = excerptOf([Buffer.from(array)], complete);
        expect(Buffer.byteLength(body)).toBeLessThanOrEqual(MAX_RESPONSE_EXCERPT_BYTES);
        if (array.length > MAX_RESPONSE_EXCERPT_BYTES || !complete) expect(truncated).toBe(true);
      }),
      { numRuns: 50 },
    );
    const binary = excerptOf([Buffer.alloc(10_000, 0xff)], true);
    expect(binary.truncated).toBe(true);
    expect(binary.body).toMatch(/^\uFFFD+$/);
  });
});

describe('The headers of an answer', () => {
  test('are joined when they repeat', () => {
    expect(keepHeaders({ 'content-type': 'text/plain', via: ['a', 'b'] })).toEqual({
      'content-type': 'text/plain',
      via: 'a, b',
    });
  });

  test('are at most 64', () => {
    const many = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`x-${i}`, 'v']));
    expect(Object.keys(keepHeaders(many))).toHaveLength(MAX_HEADERS);
  });

  test('are at most 8 KiB', () => {
    const kept = keepHeaders({ a: 'x'.repeat(8000), b: 'y'.repeat(100), c: 'z'.repeat(200) });
    expect(Object.keys(kept)).toEqual(['a', 'b']);
    expect(keepHeaders({ a: 'x'.repeat(MAX_HEADER_CHARS) })).toEqual({});
  });

  test('cannot reach the prototype', () => {
    const hostile = JSON.parse('{"__proto__": "x", "constructor": "y"}') as Record<string, string>;
    expect(Object.keys(keepHeaders(hostile))).toEqual(['constructor']);
  });

  test('give the first retry-after', () => {
    expect(retryAfterOf({ 'retry-after': '30' })).toBe('30');
    expect(retryAfterOf({ 'retry-after': ['30', '60'] })).toBe('30');
    expect(retryAfterOf({})).toBeNull();
  });
});
