/** A real Prometheus (Debian package `prometheus`) over given targets, with the project's alert rules made quick. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findProgram, freePort, startProcess } from '@hooklane/local';

/** The alert rules as they are shipped. */
export const ALERTS_FILE = new URL('../../prometheus/rules/alerts.yml', import.meta.url).pathname;

/** Why there is no Prometheus here; empty: there is one. */
export const NO_PROMETHEUS =
  findProgram(['prometheus'], process.env['PATH']) && findProgram(['promtool'], process.env['PATH'])
    ? ''
    : ' (skipped: no prometheus and promtool on PATH; Debian: apt-get install prometheus)';

/** One series of an answer. */
interface Sample {
  metric: Record<string, string>;
  value: number;
}

/** A running Prometheus. */
export interface Prometheus {
  /** Throws what Prometheus says of a wrong expression. */
  query(expression: string): Promise<Sample[]>;
  /** Names of the alerts that fire now. */
  firing(): Promise<string[]>;
  scrape(targets: readonly string[]): Promise<void>;
  stop(): Promise<void>;
}

/** Rates look back this far in the test. */
export const TEST_WINDOW = '15s';

/** The shipped rules with short windows and without waiting: their durations are tested with promtool. */
function quick(rules: string): string {
  return rules.replaceAll(/\[\d+m\]/g, `[${TEST_WINDOW}]`).replaceAll(/^ +for: .*\n/gm, '');
}

/** Starts Prometheus; it scrapes and evaluates every second. */
export async function startPrometheus(targets: readonly string[]): Promise<Prometheus> {
  const folder = await mkdtemp(join(tmpdir(), 'hooklane-prometheus-'));
  const port = await freePort();
  const scrape = (list: readonly string[]): Promise<void> =>
    writeFile(join(folder, 'targets.json'), JSON.stringify([{ targets: list }]));
  await writeFile(join(folder, 'alerts.yml'), quick(await readFile(ALERTS_FILE, 'utf8')));
  await scrape(targets);
  const config = {
    global: { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' },
    rule_files: ['alerts.yml'],
    scrape_configs: [
      { job_name: 'hooklane', file_sd_configs: [{ files: ['targets.json'], refresh_interval: '1s' }] },
    ],
  };
  // JSON is YAML.
  await writeFile(join(folder, 'prometheus.yml'), JSON.stringify(config));
  const program = await startProcess({
    name: 'prometheus',
    command: 'prometheus',
    args: [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--log.level=warn',
    ],
  });
  const query = (expression: string): Promise<Sample[]> => ask(port, expression);
  return {
    query,
    scrape,
    async firing() {
      const found = await query('ALERTS{alertstate="firing"}');
      return [...new Set(found.map(({ metric }) => metric['alertname'] ?? ''))].toSorted();
    },
    async stop() {
      await program.stop(5000);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function ask(port: number, expression: string): Promise<Sample[]> {
  const url = `http://127.0.0.1:${port}/api/v1/query?query=${encodeURIComponent(expression)}`;
  const answer = await fetch(url, { signal: AbortSignal.timeout(5000), headers: { connection: 'close' } });
  const body = (await answer.json()) as {
    error?: string;
    data?: { result: { metric: Record<string, string>; value: [number, string] }[] };
  };
  if (body.data === undefined) throw new Error(`${expression}: ${body.error ?? answer.statusText}`);
  return body.data.result.map(({ metric, value: [, text] }) => ({ metric, value: Number(text) }));
}
