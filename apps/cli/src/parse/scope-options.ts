/** `--account` with `--application` or `--environment`: which scope is meant. */
import { Option } from '@commander-js/extra-typings';
import type { Scope } from '@hooklane/core';
import { usageError } from '../cli-error.ts';

/** What the three options say. */
export interface ScopeFlags {
  account?: string | undefined;
  application?: string | undefined;
  environment?: string | undefined;
}

/** A scope and who owns it. */
export interface OwnedScope {
  account: string;
  scope: Scope;
}

/** `--account <name>` */
export const accountOption = () => new Option('--account <name>', 'the owner');

/** `--application <name>` */
export const applicationOption = () =>
  new Option('--application <name>', 'the application (build events)').conflicts('environment');

/** `--environment <name>` */
export const environmentOption = () =>
  new Option('--environment <name>', 'the environment (deploy events)').conflicts('application');

/** The one scope that is meant. Throws `usage` when it is not said. */
export function needScope(flags: ScopeFlags): OwnedScope {
  const scope = scopeOf(flags);
  if (flags.account !== undefined && scope !== null) return { account: flags.account, scope };
  throw usageError('Say which: --account, and --application or --environment.');
}

/** The scope; null when only an account or nothing is said. */
export function scopeOf(flags: ScopeFlags): Scope | null {
  if (flags.application !== undefined) return { kind: 'application', name: flags.application };
  if (flags.environment !== undefined) return { kind: 'environment', name: flags.environment };
  return null;
}

/** `application shop of jdoe` */
export function nameScope({ account, scope }: OwnedScope): string {
  return `${scope.kind} ${scope.name} of ${account}`;
}

/** The flags that mean this scope, for a line to copy. */
export function scopeFlags({ account, scope }: OwnedScope): string {
  return `--account ${quote(account)} --${scope.kind} ${quote(scope.name)}`;
}

/** A word as a shell takes it. */
export function quote(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
