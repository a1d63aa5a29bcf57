/** `hooklane spool status`: what waits in a spool. */
import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Command } from '@commander-js/extra-typings';
import type { Cli } from '../../cli.ts';
import { EXIT } from '../../exit-code.ts';
import { examples, jsonOption } from '../../parse/shared-options.ts';
import { spoolOption } from '../../parse/spool-options.ts';
import { printJson } from '../../show/json.ts';
import { showAgo } from '../../show/times.ts';
import { lookInto } from '../../spool/look.ts';
import { openFolder } from '../../spool/open.ts';
import { REFUSED_FILE } from '../../spool/refused-file.ts';
import { printFacts } from '../../terminal/facts.ts';

/** What is told, as `--json` has it. */
interface SpoolStatus {
  dir: string;
  /** null: another process is sending from it at this moment. */
  count: number | null;
  /** Whether `count` is all; otherwise there are more. */
  isExact: boolean;
  bytes: number;
  /** RFC 3339. */
  oldest: string | null;
  /** Files of other processes that are running; `count` is without them. */
  heldByOthers: number;
  /** Bytes of the file of what the server refused. */
  refusedBytes: number;
}

/** The command. */
export function statusCommand(cli: Cli) {
  return new Command('status')
    .description('how much waits in a spool, and since when')
    .addOption(spoolOption('the folder').makeOptionMandatory())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples(
        'spool status --spool .hooklane-spool',
        "spool status --spool .hooklane-spool --json | jq '.count'",
      ),
    )
    .action(async (options) => {
      const status = await examine(cli, options.spool);
      if (options.json === true) printJson(cli.terminal, status);
      else print(cli, status);
      cli.exitCode = EXIT.ok;
    });
}

/** A folder that is not there is an empty one, and is not made. */
async function examine(cli: Cli, dir: string): Promise<SpoolStatus> {
  const none = { dir: resolve(dir), count: 0, isExact: true, bytes: 0, oldest: null };
  if (!existsSync(dir)) return { ...none, heldByOthers: 0, refusedBytes: 0 };
  const spool = await openFolder(cli, { dir });
  try {
    const { events, oldestAt } = await lookInto(spool);
    const { bytes, heldByOthers } = await spool.size();
    return {
      dir: spool.dir,
      count: events?.count ?? null,
      isExact: events?.isAll ?? false,
      bytes,
      oldest: oldestAt === null ? null : new Date(oldestAt).toISOString(),
      heldByOthers,
      refusedBytes: statSync(join(spool.dir, REFUSED_FILE), { throwIfNoEntry: false })?.size ?? 0,
    };
  } finally {
    await spool.close();
  }
}

function print({ terminal, now }: Cli, status: SpoolStatus): void {
  const { count, isExact, oldest, heldByOthers, refusedBytes } = status;
  const shownOldest = oldest !== null && terminal.isInteractive ? showAgo(oldest, now()) : oldest;
  printFacts(terminal, [
    ['Folder', status.dir],
    ['Events', count === null ? 'being sent by another process' : `${count}${isExact ? '' : ' or more'}`],
    ['Bytes', String(status.bytes)],
    ['Oldest', shownOldest],
    ['Held', heldByOthers === 0 ? null : `${heldByOthers} files, by other processes that are running`],
    ['Refused', refusedBytes === 0 ? null : `${refusedBytes} bytes in ${REFUSED_FILE}`, 'yellow'],
  ]);
}
