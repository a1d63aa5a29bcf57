import { expect, test } from '@jest/globals';
import { fastify } from 'fastify';
import { handleErrors } from './handle-errors.ts';
import { limitRequests } from './limit-requests.ts';

test('what comes beyond the bound is told to come back, and a place becomes free with each answer', async () => {
  const app = fastify();
  handleErrors(app, null);
  limitRequests(app, 2);
  const gate = Promise.withResolvers<string>();
  app.get('/slow', () => gate.promise);
  const open = [app.inject('/slow'), app.inject('/slow')];
  await app.ready();
  await Promise.all(open.map(() => new Promise(setImmediate)));
  const refused = await app.inject('/slow');
  expect(refused.statusCode).toBe(429);
  expect(refused.json()).toMatchObject({ code: 'too_many_requests' });
  expect(refused.headers['retry-after']).toBe('1');
  gate.resolve('done');
  expect((await Promise.all(open)).map(({ statusCode }) => statusCode)).toEqual([200, 200]);
  expect((await app.inject('/slow')).statusCode).toBe(200);
  await app.close();
});
