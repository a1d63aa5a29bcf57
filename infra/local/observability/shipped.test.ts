/** Alert rules, runbooks, dashboards and the table of metrics hold together. No Prometheus needed but for promtool. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { ALERTS_FILE, NO_PROMETHEUS } from './prometheus.ts';
import { readAlerts, readDashboards, selectorsOf } from './shipped.ts';

const docs = new URL('../../../docs/', import.meta.url);
const alerts = readAlerts();
const dashboards = readDashboards();

const documented = new Set(
  [...readFileSync(new URL('metrics.md', docs), 'utf8').matchAll(/^\| `(hooklane_\w+)`/gm)].map(
    ([, name = '']) => name,
  ),
);

/** The metric of a selector, without the suffixes of a histogram's series. */
function metricOf(selector: string): string {
  const name = selector.replace(/\{.*/, '');
  const base = name.replace(/_(bucket|count|sum)$/, '');
  return documented.has(base) ? base : name;
}

function expectDocumented(where: string, expr: string): void {
  const selectors = selectorsOf(expr);
  expect([where, selectors.length > 0]).toEqual([where, true]);
  for (const name of selectors.map(metricOf).filter((each) => each.startsWith('hooklane_'))) {
    expect([where, name, documented.has(name)]).toEqual([where, name, true]);
  }
}

/** The cells of the grid that a panel takes. */
function cellsOf({ x, y, w, h }: { x: number; y: number; w: number; h: number }): string[] {
  return Array.from({ length: w * h }, (_, i) => `${x + (i % w)},${y + Math.floor(i / w)}`);
}

describe('Every alert', () => {
  test('has a runbook page that begins with its name, says its expression, where to look and what to do', () => {
    for (const { alert, expr, annotations } of alerts) {
      const page = readFileSync(new URL(`../${annotations.runbook}`, docs), 'utf8');
      expect(page.startsWith(`# ${alert}\n`)).toBe(true);
      expect(page).toContain(`\`${expr}\``);
      expect(page).toMatch(/\n## Look\n[^]+\n## Do\n/);
    }
  });

  test('is listed among the runbooks, and no page is without its alert', () => {
    const pages = alerts.map(({ annotations }) => annotations.runbook.replace('docs/runbooks/', ''));
    const files = readdirSync(new URL('runbooks/', docs)).filter((file) => file !== 'README.md');
    expect(files.toSorted()).toEqual(pages.toSorted());
    const index = readFileSync(new URL('runbooks/README.md', docs), 'utf8');
    for (const [i, { alert, labels }] of alerts.entries()) {
      expect(index).toMatch(new RegExp(`\\[${alert}\\]\\(${pages[i] ?? ''}\\) +\\| ${labels.severity} `));
    }
  });

  test('uses metrics that are documented', () => {
    for (const { alert, expr } of alerts) expectDocumented(alert, expr);
  });

  const when = NO_PROMETHEUS === '' ? test : test.skip;

  when(
    `fires after its time and not before, and stays quiet where it must, says promtool${NO_PROMETHEUS}`,
    () => {
      const cases = readFileSync(
        new URL('../../prometheus/fixtures/alerts.test.yml', import.meta.url),
        'utf8',
      );
      for (const { alert } of alerts) {
        expect(cases).toContain(`name: ${alert} fires\n`);
        expect(cases).toContain(`name: ${alert} stays quiet\n`);
      }
      const folder = mkdtempSync(join(tmpdir(), 'hooklane-promtool-'));
      try {
        const rules = readFileSync(ALERTS_FILE, 'utf8');
        // Annotations are sentences; a case would have to repeat them.
        const bare = rules.replaceAll(/^ {8}annotations:\n(?: {10}.*\n)+/gm, '');
        writeFileSync(join(folder, 'alerts.yml'), bare);
        writeFileSync(join(folder, 'alerts.test.yml'), cases);
        const checked = execFileSync('promtool', ['check', 'rules', ALERTS_FILE], { encoding: 'utf8' });
        expect(checked).toContain('SUCCESS');
        execFileSync('promtool', ['test', 'rules', join(folder, 'alerts.test.yml')], { stdio: 'pipe' });
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
  );
});

describe('Every dashboard', () => {
  test('has panels with a title, a description, their own id and their own place', () => {
    expect(dashboards.length).toBeGreaterThanOrEqual(2);
    expect(new Set(dashboards.map(({ uid }) => uid)).size).toBe(dashboards.length);
    for (const { panels } of dashboards) {
      expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
      const cells = new Set<string>();
      for (const { type, title, description, gridPos } of panels) {
        expect(title).not.toBe('');
        if (type !== 'row') expect(description ?? '').not.toBe('');
        expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
        for (const cell of cellsOf(gridPos)) {
          expect([title, cells.has(cell)]).toEqual([title, false]);
          cells.add(cell);
        }
      }
    }
  });

  test('asks the data source that was chosen, for metrics that are documented', () => {
    for (const panel of dashboards.flatMap(({ panels }) => panels).filter(({ type }) => type !== 'row')) {
      expect(panel.targets?.length ?? 0).toBeGreaterThan(0);
      for (const { expr, datasource } of panel.targets ?? []) {
        expect(datasource.uid).toBe('${datasource}');
        expectDocumented(panel.title, expr);
      }
    }
  });

  test('together they show every metric that is documented', () => {
    const shown = dashboards
      .flatMap(({ panels }) => panels.flatMap(({ targets = [] }) => targets))
      .flatMap(({ expr }) => selectorsOf(expr).map(metricOf));
    expect([...documented].filter((name) => !shown.includes(name))).toEqual([]);
  });
});
