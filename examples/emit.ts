/**
 * Emits one event, as the last step of a build would.
 *
 *   REDIS_URL=redis://localhost:6379 node examples/emit.ts shop 6982 Success
 */
import { createProducer } from '@hooklane/producer';

const [application = 'shop', build = '1', status = 'Success'] = process.argv.slice(2);

const producer = createProducer({ redis: process.env['REDIS_URL'] ?? 'redis://localhost:6379' });
try {
  const { id } = await producer.emit({
    account: 'jdoe',
    type: 'build.finished',
    // A step that runs again emits the same id, and the event is delivered once.
    id: `build-${build}-finished`,
    body: {
      app_name: application,
      build_num: build,
      status,
      html_url: `https://ci.example.com/jdoe/builds/${build}`,
      commit: { branch: 'main', msg: 'Fix the cart' },
    },
  });
  console.log(`emitted ${id}`);
} catch (error) {
  // `code` says why: redis_unavailable, event_body_mismatch, … Each is in docs/errors.md.
  const { code, message } = error as { code?: string; message: string };
  console.error(`not emitted: ${code}: ${message}`);
  process.exitCode = 1;
} finally {
  await producer.close();
}
