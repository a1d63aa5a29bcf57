/** A webhook whose receiver fails: one dead letter and an open notice. */
import { sampleEventBody } from '@hooklane/core';
import { eventually } from '@hooklane/testkit';
import type { House } from './house.ts';

/** Adds the webhook `chat` to the application, and lets one delivery of it die. The receiver goes on failing. */
export async function addDeadLetter(
  { api, receiver }: House,
  account: string,
  name: string,
): Promise<string> {
  const path = `/${account}/${name}`;
  receiver.answer(path, 500);
  const params = { account, name };
  await api.setApplication({ params, body: { enabled: true } });
  const body = { name: 'chat', event: 'build.started', url: receiver.url(path) } as const;
  const { id } = await api.createApplicationWebhook({ params, body });
  await api.emitEvent({
    body: { account, type: 'build.started', body: sampleEventBody('build.started', account, name) },
  });
  await eventually(
    async () => {
      const { items } = await api.listDeadLetters({ query: { webhook: id } });
      if (items.length === 0) throw new Error('it is not dead yet');
    },
    { timeoutMs: 30_000, everyMs: 100 },
  );
  return id;
}
