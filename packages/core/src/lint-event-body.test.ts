import { expect, test } from '@jest/globals';
import { validateEventBody } from './event-body.ts';
import type { EventType } from './event.ts';
import { sampleEventBody } from './sample-body.ts';

/** The lints of a body that is accepted all the same. */
function lintsOf(type: EventType, change: Record<string, unknown>): string[] {
  const check = validateEventBody(type, { ...sampleEventBody(type, 'jdoe', 'shop'), ...change });
  if (!check.ok) throw new Error(JSON.stringify(check.issues));
  return check.lints;
}

test.each<[string, EventType, Record<string, unknown>, string]>([
  ['seconds that are none', 'build.finished', { end_time: '2015-11-20T23:43:90Z' }, 'body.end_time'],
  ['a deployment still on its way', 'deploy.finished', { deployment_state: 'InProgress' }, 'deploy.finished'],
  ['a build that ended before it began', 'build.started', { status: 'Success' }, 'build.started'],
  ['a status that nobody knows', 'build.finished', { status: 'Exploded' }, '"Exploded"'],
  [
    'an end before the start',
    'build.finished',
    { end_time: '2015-11-20T23:42:00Z' },
    'before body.start_time',
  ],
  ['success with failed servers', 'deploy.finished', { servers: { failed: 2 } }, 'body.servers.failed is 2'],
])('%s is accepted with one remark', (_what, type, change, part) => {
  expect(lintsOf(type, change)).toEqual([expect.stringContaining(part)]);
});

test.each<[string, EventType, Record<string, unknown>]>([
  ['upper case, as the original tool wrote it', 'build.finished', { status: 'TIMEDOUT' }],
  [
    'a failed deployment with failed servers',
    'deploy.finished',
    { deployment_state: 'Failed', servers: { failed: 1 } },
  ],
  ['an end in the minute of the start', 'build.finished', { end_time: '2015-11-20T23:43:00Z' }],
  ['times of different offsets', 'build.finished', { end_time: '2015-11-20T19:43:00-05:00' }],
  ['nothing but the identity', 'deploy.finished', { servers: null, deployment_time: null }],
])('%s is nothing to remark on', (_what, type, change) => {
  expect(lintsOf(type, change)).toEqual([]);
});
