/** The package managers above us. Whoever kills the one that they started (`kill $!`) means us, and it does not tell us. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** A process above this one. */
export interface Ancestor {
  pid: number;
  command: string;
}

/** npx, a shell, pnpm, a shell: more is not usual. */
const MAX_ANCESTORS = 12;

const PACKAGE_MANAGER = /^(\S*\/)?((pnpm|npm|npx|yarn)(\s|$)|node\S* \S*\/(pnpm|npm|npx|yarn)\S*(\s|$))/;
const SHELL = /^(\S*\/)?(sh|bash|dash|zsh) -c /;

/** The ids of the processes between this one and its topmost package manager; empty when there is none. */
export function findLaunchers(): number[] {
  return launchersAmong(readAncestors(process.ppid));
}

/**
 * `chain` begins with the parent. A shell counts only below a package manager: the shell of a person or a script may end
 * and leave us running.
 */
export function launchersAmong(chain: readonly Ancestor[]): number[] {
  const foreign = chain.findIndex(({ command }) => !PACKAGE_MANAGER.test(command) && !SHELL.test(command));
  const ours = foreign === -1 ? chain : chain.slice(0, foreign);
  const top = ours.findLastIndex(({ command }) => PACKAGE_MANAGER.test(command));
  return ours.slice(0, top + 1).map(({ pid }) => pid);
}

function readAncestors(parent: number): Ancestor[] {
  const chain: Ancestor[] = [];
  for (let pid = parent; pid > 1 && chain.length < MAX_ANCESTORS;) {
    const process = readProc(pid) ?? readPs(pid);
    if (process === null) break;
    chain.push({ pid, command: process.command });
    pid = process.parent;
  }
  return chain;
}

interface ProcessFacts {
  parent: number;
  command: string;
}

/** Linux. */
function readProc(pid: number): ProcessFacts | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name in parentheses may itself contain spaces and parentheses.
    const [, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const command = readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ').trim();
    return { parent: Number(parent), command };
  } catch {
    return null;
  }
}

/** macOS and the others. */
function readPs(pid: number): ProcessFacts | null {
  try {
    const arguments_ = ['-o', 'ppid=,command=', '-p', String(pid)];
    const text = execFileSync('ps', arguments_, { encoding: 'utf8', timeout: 2000, stdio: 'pipe' }).trim();
    const space = text.indexOf(' ');
    return { parent: Number(text.slice(0, space)), command: text.slice(space).trim() };
  } catch {
    return null;
  }
}
