/** What `start` is going to run, checked before anything is started. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { HooklaneError } from '@hooklane/core';
import { freePort, isPortFree } from '@hooklane/local';
import { loadApiToken, loadSecretKey, readSettings } from '@hooklane/runtime';
import type { LoadedKey, Settings } from '@hooklane/runtime';

/** A program and its built file. The first one serves the console and gets `PORT`; the others get free ports. */
export interface Program {
  name: string;
  entry: string;
}

/** A plan that can be carried out. */
export interface StartPlan {
  settings: Settings;
  /** The environment of every program, without `REDIS_URL` and `PORT`, unless given. */
  env: Record<string, string | undefined>;
  dataDir: string;
  token: LoadedKey<string>;
  /** Whether the first program serves the console: it is built. */
  hasConsole: boolean;
  programs: (Program & { port: number })[];
}

/** A local trial needs local receivers. */
export const LOCAL_NETWORKS = '127.0.0.0/8,::1/128';

/** Reads the settings, makes the keys, chooses the ports. Throws `invalid_setting`: the text says what to do. */
export async function planStart(
  given: Readonly<Record<string, string | undefined>>,
  options: { programs: readonly Program[]; defaultDataDir: string; consolePage?: string | undefined },
): Promise<StartPlan> {
  const dataDir = resolve(or(given['HOOKLANE_DATA_DIR'], options.defaultDataDir));
  const env = {
    ...given,
    HOOKLANE_DATA_DIR: dataDir,
    HOOKLANE_ALLOWED_NETWORKS: or(given['HOOKLANE_ALLOWED_NETWORKS'], LOCAL_NETWORKS),
  };
  const settings = readSettings(env);
  const missing = options.programs.find((program) => !existsSync(program.entry));
  if (missing !== undefined)
    throw invalid(`${missing.entry} is not built yet. Build with: npx -y pnpm@12 build`);
  const port = settings.port === 0 ? await freePort() : settings.port;
  if (!(await isPortFree(port))) {
    throw invalid(
      `PORT ${port} is taken, by an earlier start or another program. Stop that one, or choose another: PORT=${port + 1}`,
    );
  }
  // Made here, so that two programs that start at once find them.
  await loadSecretKey(settings);
  const token = await loadApiToken(settings);
  const programs = await Promise.all(
    options.programs.map(async (program, index) => ({
      ...program,
      port: index === 0 ? port : await freePort(),
    })),
  );
  const { consolePage } = options;
  const hasConsole = consolePage !== undefined && existsSync(consolePage);
  return { settings, env, dataDir, token, hasConsole, programs };
}

function or(value: string | undefined, preset: string): string {
  return value === undefined || value.trim() === '' ? preset : value;
}

function invalid(detail: string): HooklaneError {
  return new HooklaneError('invalid_setting', { detail });
}
