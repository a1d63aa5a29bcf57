/** What a run ends with: the rows, and what they were measured on. */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { cpus, release, totalmem, type } from 'node:os';
import type { Measured, Row, Unit } from './rows/row.ts';
import { ratios, summarize } from './statistics.ts';

/** One row of the result. */
export interface ResultRow {
  name: string;
  median: number;
  min: number;
  max: number;
  unit: Unit;
}

/** The file of `--json`. */
export interface Report {
  rows: ResultRow[];
  machine: { cpu: string; cores: number; memoryGiB: number; system: string };
  /** RFC 3339, UTC: when the run ended. */
  date: string;
  /** Of the code that was measured; null outside of a repository. */
  commit: string | null;
  versions: Record<string, string>;
}

/** A row and what each round found. */
export interface MeasuredRow {
  row: Row;
  rounds: readonly Measured[];
}

/** The rows of a result: what the rows are named after, then how they compare, then everything else. */
export function resultRows(measured: readonly MeasuredRow[]): ResultRow[] {
  const named = measured.flatMap(({ row, rounds }) => figuresOf(row, rounds, (label) => label === ''));
  const others = measured.flatMap(({ row, rounds }) => figuresOf(row, rounds, (label) => label !== ''));
  return [...named, ...measured.flatMap((one) => comparisons(one, measured)), ...others];
}

/** The name of a figure in the result. */
export function figureName(row: string, label: string): string {
  return label === '' ? row : `${row}: ${label}`;
}

function figuresOf(
  { name, figures }: Row,
  rounds: readonly Measured[],
  wanted: (label: string) => boolean,
): ResultRow[] {
  return figures.flatMap(({ key, label, unit }) => {
    const values = valuesOf(rounds, key);
    if (!wanted(label) || values.length === 0) return [];
    return [{ name: figureName(name, label), ...summarize(values), unit }];
  });
}

/** Of the first figure, round by round. */
function comparisons({ row, rounds }: MeasuredRow, all: readonly MeasuredRow[]): ResultRow[] {
  const key = row.figures[0]?.key ?? '';
  return row.comparedWith.flatMap((name): ResultRow[] => {
    const other = all.find((one) => one.row.name === name);
    const values = ratios(valuesOf(rounds, key), valuesOf(other?.rounds ?? [], key));
    if (values.length === 0) return [];
    return [{ name: `${row.name} / ${name}`, ...summarize(values), unit: 'ratio' }];
  });
}

function valuesOf(rounds: readonly Measured[], key: string): number[] {
  return rounds.flatMap((round) => round[key] ?? []);
}

/** Completes the rows. `redisVersion`: of the server that was measured. */
export function makeReport(rows: ResultRow[], redisVersion: string): Report {
  const processors = cpus();
  return {
    rows,
    machine: {
      cpu: processors[0]?.model.trim() ?? 'unknown',
      cores: processors.length,
      memoryGiB: Math.round(totalmem() / 2 ** 30),
      system: `${type()} ${release()} ${process.arch}`,
    },
    date: new Date().toISOString(),
    commit: commit(),
    versions: {
      hooklane: versionOf('../package.json'),
      node: process.versions.node,
      redis: redisVersion,
      bullmq: versionOf('bullmq/package.json'),
      ioredis: versionOf('ioredis/package.json'),
      undici: versionOf('undici/package.json'),
    },
  };
}

function commit(): string | null {
  const git = spawnSync('git', ['rev-parse', '--short', 'HEAD'], {
    cwd: import.meta.dirname,
    encoding: 'utf8',
  });
  return git.status === 0 ? git.stdout.trim() : null;
}

const require = createRequire(import.meta.url);

function versionOf(manifest: string): string {
  return (require(manifest) as { version: string }).version;
}
