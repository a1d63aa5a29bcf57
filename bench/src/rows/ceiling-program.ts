/** The ceiling, a process of its own: plain undici, nothing signed, nothing written down. */
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

async function sendInTurn(): Promise<void> {
  while (sent < task.deliveries) {
    const post = posts[sent % posts.length];
    if (post === undefined) return;
    sent += 1;
    const { path, body } = post;
    const answer = await agent.request({ origin: task.origin, path, method: 'POST', headers, body });
    await answer.body.dump();
  }
}

await Promise.all(Array.from({ length: task.inFlight }, sendInTurn));
// It stays until it is stopped, as the workers of the other rows do.
setInterval(() => {}, 60_000);
