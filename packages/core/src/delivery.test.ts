import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { deliveryId, parseDeliveryId } from './delivery.ts';
import { eventIdProblem } from './names.ts';

const eventId = fc.stringMatching(/^[A-Za-z0-9_-]{1,128}$/);
const webhookId = fc.stringMatching(/^wh_[0-9a-z]{26}$/);

test('a delivery id gives back the two ids that it was made of', () => {
  fc.assert(
    fc.property(eventId, webhookId, (event, webhook) => {
      expect(eventIdProblem(event)).toBeNull();
      expect(parseDeliveryId(deliveryId(event, webhook))).toEqual({ eventId: event, webhookId: webhook });
    }),
  );
});

test.each(['', '.', 'evt_1', 'evt_1.', '.wh_1', 'evt_1.wh_1.x', 'a..b'])('"%s" is no delivery id', (id) => {
  expect(parseDeliveryId(id)).toBeNull();
});
