import { readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import { MEASURED_FILE, readMeasured } from './measured.ts';
import { withResult } from './publish.ts';

test('only what stands between the marks changes', () => {
  const page = 'before\n<!-- result -->\nold\n<!-- end of the result -->\nafter\n';
  expect(withResult(page, 'new', 'a.md')).toBe(
    'before\n<!-- result -->\n\nnew\n\n<!-- end of the result -->\nafter\n',
  );
  expect(() => withResult('nothing', 'new', 'a.md')).toThrow('docs/a.md has no place');
});

test.each(['benchmark.md', 'capacity.md'])('docs/%s shows the result that is recorded', async (page) => {
  const { date } = await readMeasured(MEASURED_FILE);
  const text = await readFile(new URL(`../../../docs/${page}`, import.meta.url), 'utf8');
  expect(text).toContain(date.slice(0, 10));
});
