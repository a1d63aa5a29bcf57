import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { SETTING_NAMES } from '@hooklane/runtime';

/** The image and docker-compose.yml say these themselves. */
const SET_HERE = ['PORT', 'HOOKLANE_DATA_DIR', 'OTEL_SERVICE_NAME'];

test('docker-compose.yml passes every setting on: none that stands in .env is without effect', () => {
  const text = readFileSync(join(import.meta.dirname, '..', '..', 'docker-compose.yml'), 'utf8');
  const passed = new Set(Array.from(text.matchAll(/^ +(\w+): \$\{\1:-/gm), (match) => match[1]));
  const missing = SETTING_NAMES.filter((name) => !SET_HERE.includes(name) && !passed.has(name));
  expect(missing).toEqual([]);
});
