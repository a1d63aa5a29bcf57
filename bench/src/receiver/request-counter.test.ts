import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { MAX_HEAD_BYTES, RequestCounter } from './request-counter.ts';

function request(body: string, header = 'content-length'): string {
  return `POST /a HTTP/1.1\r\nhost: b\r\n${header}: ${Buffer.byteLength(body)}\r\nx: y\r\n\r\n${body}`;
}

test('every request is counted once, however the bytes are cut and joined', () => {
  const bodies = fc.array(fc.string({ unit: 'grapheme' }), { maxLength: 8 });
  const cuts = fc.array(fc.nat(2000), { maxLength: 30 });
  fc.assert(
    fc.property(bodies, cuts, (texts, at) => {
      const bytes = Buffer.from(texts.map((text) => request(text)).join(''));
      const ends = [...at.map((cut) => cut % (bytes.length + 1)), bytes.length].toSorted((a, b) => a - b);
      const counter = new RequestCounter();
      let from = 0;
      let count = 0;
      for (const end of ends) {
        count += counter.push(bytes.subarray(from, end));
        from = end;
      }
      expect(count).toBe(texts.length);
    }),
  );
});

test('a request counts when its last byte has come, not before', () => {
  const bytes = Buffer.from(request('four'));
  const counter = new RequestCounter();
  expect(counter.push(bytes.subarray(0, -1))).toBe(0);
  expect(counter.push(bytes.subarray(-1))).toBe(1);
});

test('what looks like a request inside a body is body', () => {
  expect(new RequestCounter().push(Buffer.from(request(request('inner'))))).toBe(1);
});

test('the name of the header may be in any case', () => {
  expect(new RequestCounter().push(Buffer.from(request('x', 'Content-Length')))).toBe(1);
});

test('a request without a length is refused', () => {
  expect(() => new RequestCounter().push(Buffer.from('POST / HTTP/1.1\r\n\r\n'))).toThrow(RangeError);
});

test('a head without an end is refused before it fills the memory', () => {
  const counter = new RequestCounter();
  expect(() => {
    for (let bytes = 0; bytes <= MAX_HEAD_BYTES + 1024; bytes += 1024) counter.push(Buffer.alloc(1024, 'a'));
  }).toThrow(RangeError);
});

test('whoever wants to know hears the head of each request, when its last byte has come', () => {
  const heads: string[] = [];
  const counter = new RequestCounter((head) => heads.push(head));
  const bytes = Buffer.from(`${request('one')}POST /second HTTP/1.1\r\ncontent-length: 3\r\n\r\ntwo`);
  counter.push(bytes.subarray(0, -1));
  expect(heads).toEqual(['POST /a HTTP/1.1\r\nhost: b\r\ncontent-length: 3\r\nx: y']);
  counter.push(bytes.subarray(-1));
  expect(heads[1]).toBe('POST /second HTTP/1.1\r\ncontent-length: 3');
});
