/** The ceiling, a process of its own: plain undici, nothing signed, nothing written down. */
import { once } from 'node:events';
import { Agent } from 'undici';
import { eventBodies, webhookPath } from '../workload.ts';
import type { CeilingTask } from './ceiling.ts';

const task = JSON.parse(process.argv[2] ?? '') as CeilingTask;
const agent = new Agent({ connections: task.connections, allowH2: false });
const headers = { 'content-type': 'application/json' };
const posts = eventBodies(task.workload).map((body, application) => ({
  path: webhookPath(application, 0),
  body,
}));
let sent = 0;

async function sendInTurn(until: number): Promise<void> {
  while (sent < until) {
    const post = posts[sent % posts.length];
    if (post === undefined) return;
    sent += 1;
    const { path, body } = post;
    const answer = await agent.request({ origin: task.origin, path, method: 'POST', headers, body });
    await answer.body.dump();
  }
}

async function sendAll(until: number): Promise<void> {
  await Promise.all(Array.from({ length: task.inFlight }, () => sendInTurn(until)));
}

const continued = once(process, 'SIGCONT');
await sendAll(task.warmUp);
// It stays until it is stopped, as the workers of the other rows do.
setInterval(() => {}, 60_000);
await continued;
await sendAll(task.warmUp + task.deliveries);
