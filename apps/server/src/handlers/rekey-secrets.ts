/** POST /v1/secrets/rekey */
import type { Handler } from '../deps.ts';

/** One step of a rotation. With a key that is none of the house's it would mark everything as its own. */
export const rekeySecrets: Handler<'rekeySecrets'> = async ({ body }, { ports }) => {
  await ports.checks.checkSecretKey();
  return { status: 200, body: await ports.checks.rekeyStep(body.cursor ?? null) };
};
