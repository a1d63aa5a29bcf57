/** The version of this build, out of its package.json. */
import { readFileSync } from 'node:fs';

const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

/** Such as `0.1.0`. */
export const VERSION = manifest.version;
