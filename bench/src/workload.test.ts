import { expect, test } from '@jest/globals';
import { FAN_OUT_10, eventBodies, eventsFor, mostDeliveries } from './workload.ts';

test.each([8, 64])('a body of %s KiB has exactly so many bytes', (bodyKiB) => {
  const [body = ''] = eventBodies({ ...FAN_OUT_10, bodyKiB });
  expect(Buffer.byteLength(body)).toBe(bodyKiB * 1024);
  expect(JSON.parse(body)).toMatchObject({ app_name: 'application-0' });
});

test('enough events are emitted for the deliveries', () => {
  expect(eventsFor(FAN_OUT_10, 101)).toBe(11);
});

test('large bodies wait in smaller numbers', () => {
  expect(mostDeliveries(FAN_OUT_10)).toBe(300_000);
  expect(mostDeliveries({ ...FAN_OUT_10, bodyKiB: 64 })).toBe(81_920);
});
