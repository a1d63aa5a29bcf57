import { readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import { DEFAULT_CLAIM_MS, DEFAULT_DEDUPE_TTL_MS } from './dedupe.ts';
import { DEFAULT_TOLERANCE_SEC } from './verify-signature.ts';
import { MAX_WEBHOOK_BYTES } from './verify-webhook.ts';

const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');
const index = await readFile(new URL('index.ts', import.meta.url), 'utf8');

test('every name that the README imports is exported', () => {
  const imports = [...readme.matchAll(/import (?:type )?\{ ([^}]+) \} from '@hooklane\/signature'/g)];
  const names = imports.flatMap((found) => (found[1] ?? '').split(', '));
  expect(names.length).toBeGreaterThan(6);
  const exported = new Set(index.match(/\b[A-Za-z_]+\b/g));
  expect(names.filter((name) => !exported.has(name))).toEqual([]);
});

test('the figures of the README are those of the code', () => {
  expect(readme).toContain(`remember for ${DEFAULT_DEDUPE_TTL_MS / 3_600_000} hours`);
  expect(readme).toContain(`\`claimMs\`, ${DEFAULT_CLAIM_MS / 1000} s`);
  expect(readme).toContain(`${DEFAULT_TOLERANCE_SEC} seconds off`);
  expect(MAX_WEBHOOK_BYTES).toBe(1024 * 1024 + 64 * 1024);
  expect(readme).toContain('more than 1 MiB and 64 KiB');
});
