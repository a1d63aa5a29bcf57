/** What is shipped for operators: alert rules and dashboards, read from their files. */
import { readFileSync, readdirSync } from 'node:fs';
import { parse } from 'yaml';
import { ALERTS_FILE } from './prometheus.ts';

/** One alert rule. */
interface AlertRule {
  alert: string;
  expr: string;
  labels: { severity: string };
  annotations: { summary: string; description: string; runbook: string };
}

/** All alert rules. */
export function readAlerts(): AlertRule[] {
  const file = parse(readFileSync(ALERTS_FILE, 'utf8')) as { groups: { rules: AlertRule[] }[] };
  return file.groups.flatMap(({ rules }) => rules);
}

/** One panel of a dashboard. */
interface Panel {
  id: number;
  type: string;
  title: string;
  description?: string;
  gridPos: { x: number; y: number; w: number; h: number };
  targets?: { expr: string; datasource: { uid: string } }[];
}

/** A dashboard. */
interface Dashboard {
  uid: string;
  title: string;
  panels: Panel[];
}

/** All dashboards. */
export function readDashboards(): Dashboard[] {
  const folder = new URL('../../grafana/dashboards/', import.meta.url);
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .map((file) => JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Dashboard);
}

/** The selectors in an expression: a metric with its labels. */
export function selectorsOf(expr: string): string[] {
  return [...expr.matchAll(/\b(?:hooklane|nodejs|process)_\w+(?:\{[^}]*\})?/g)].map(([selector]) => selector);
}
