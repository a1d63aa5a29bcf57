/** Loads the Lua scripts of `../lua` and runs them. One script per file, named by its verb. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { RedisClient } from '@hooklane/redis';

/** The verbs. */
export type ScriptName =
  | 'dispatch'
  | 'take'
  | 'settle'
  | 'release'
  | 'renew'
  | 'sweep'
  | 'follow_clock'
  | 'backlog'
  | 'redeliver'
  | 'discard'
  | 'find_deliveries'
  | 'find_dead'
  | 'create_webhook'
  | 'update_webhook'
  | 'delete_webhook'
  | 'watch_changes'
  | 'find_dead_groups'
  | 'create_session'
  | 'count_guess'
  | 'use_token'
  | 'create_token'
  | 'reseal_secrets'
  | 'raise_notice'
  | 'acknowledge_notice'
  | 'send_notification';

interface Script {
  text: string;
  sha: string;
}

const loaded = new Map<ScriptName, Script>();

function read(file: string): string {
  return readFileSync(new URL(`../lua/${file}.lua`, import.meta.url), 'utf8');
}

function load(name: ScriptName): Script {
  const text = read(name).replaceAll(/^--- include (\w+)$/gm, (_, part: string) => read(part));
  return { text, sha: createHash('sha1').update(text).digest('hex') };
}

/**
 * Runs a script on the shard with this key prefix. A Redis that forgot the script (restart, failover) gets it again.
 * The answer is what Redis says; the caller knows its shape from the header of the script.
 */
export async function runScript(
  redis: RedisClient,
  name: ScriptName,
  prefix: string,
  args: readonly (string | number)[],
): Promise<unknown> {
  let script = loaded.get(name);
  if (!script) loaded.set(name, (script = load(name)));
  try {
    return await redis.evalsha(script.sha, 1, prefix, ...args);
  } catch (error) {
    if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
    return redis.eval(script.text, 1, prefix, ...args);
  }
}
