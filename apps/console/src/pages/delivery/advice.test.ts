import { expect, test } from '@jest/globals';
import { adviceOn } from './advice.ts';

test.each([
  ['exhausted', /^It is a dead letter: mend the receiver, then redeliver/],
  ['lane_open', /^It is a dead letter: mend the receiver, then redeliver/],
  ['gone', /enable it, then redeliver/],
  ['blocked', /allow its network, then redeliver/],
  ['discarded', /no dead letter any more\. If it is wanted after all, redeliver/],
] as const)('what to do about %s', (reason, advice) => {
  expect(adviceOn({ reason, webhookName: 'chat' })).toMatch(advice);
});

test.each(['exhausted', 'gone', 'webhook_deleted', 'discarded'] as const)(
  'nobody is told to redeliver where there is no webhook any more: %s',
  (reason) => {
    const advice = adviceOn({ reason, webhookName: null });
    expect(advice).not.toMatch(/redeliver/i);
    expect(advice).not.toMatch(/It is a dead letter/);
  },
);
