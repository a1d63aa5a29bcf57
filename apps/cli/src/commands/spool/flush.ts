/** `hooklane spool flush`: send what waits in a spool. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Command, Option } from '@commander-js/extra-typings';
import type { Spool } from '@hooklane/producer';
import type { Cli, Session } from '../../cli.ts';
import { untilInterrupted, withClient } from '../../cli.ts';
import { EXIT } from '../../exit-code.ts';
import type { ExitCode } from '../../exit-code.ts';
import { explainError } from '../../explain-error.ts';
import { durationOption } from '../../parse/options.ts';
import { examples } from '../../parse/shared-options.ts';
import { spoolOption } from '../../parse/spool-options.ts';
import { flushSpool } from '../../spool/flush.ts';
import type { Flushed } from '../../spool/flush.ts';
import { openFolder } from '../../spool/open.ts';
import { REFUSED_FILE } from '../../spool/refused-file.ts';

const DEFAULT_TIMEOUT_MS = 60_000;
const MAX_TIMEOUT_MS = 24 * 3_600_000;

const AFTER = `
It sends in order, each event with the id and the time that it had, so a repeat does no harm. While the server is
away it tries again until --timeout. It ends with 0 when nothing waits any more, 1 when an event was refused (it is
in ${REFUSED_FILE} in the folder, the others are sent), 3 when the server could not be reached, 4 when the time was over
before all were sent. What was not sent stays.
${examples('spool flush --spool .hooklane-spool', 'spool flush --spool /var/spool/hooklane --timeout 5m')}`;

/** The command. */
export function flushCommand(cli: Cli) {
  return new Command('flush')
    .description('send what waits in a spool, in order')
    .addOption(spoolOption('the folder').makeOptionMandatory())
    .addOption(
      new Option('--timeout <time>', 'for all of it (default: 60s)').argParser(
        durationOption({ min: 100, max: MAX_TIMEOUT_MS }),
      ),
    )
    .addHelpText('after', AFTER)
    .action((options, command) =>
      withClient(cli, command, (session) =>
        flushFolder(session, options.spool, options.timeout ?? DEFAULT_TIMEOUT_MS),
      ),
    );
}

async function flushFolder(session: Session, dir: string, timeoutMs: number): Promise<ExitCode> {
  const { terminal } = session;
  if (!existsSync(dir)) {
    terminal.note(`There is no folder ${dir}: nothing was spooled there.`);
    return EXIT.ok;
  }
  let corrupt = 0;
  const spool = await openFolder(session, { dir, onCorrupt: () => (corrupt += 1) });
  try {
    return await untilInterrupted(async (interrupt) => {
      const signal = AbortSignal.any([interrupt, AbortSignal.timeout(timeoutMs)]);
      const flushed = await flushSpool(session, spool, { signal, isPatient: true });
      const code = await tell(session, spool, flushed);
      if (interrupt.aborted && !flushed.isEmpty) return EXIT.interrupted;
      return code === EXIT.ok && corrupt > 0 ? EXIT.failed : code;
    });
  } finally {
    await spool.close();
  }
}

async function tell({ terminal }: Session, spool: Spool, flushed: Flushed): Promise<ExitCode> {
  const { sent, refused, isEmpty, trouble, isSilent } = flushed;
  const { bytes, heldByOthers } = await spool.size();
  terminal.print(
    `${sent} sent, ${refused} refused, ${isEmpty ? 'none waits' : `the rest waits (${bytes} bytes)`}`,
  );
  if (refused > 0) terminal.note(`What was refused, and why, is in ${join(spool.dir, REFUSED_FILE)}.`);
  if (heldByOthers > 0) {
    terminal.note(`Of what waits, ${heldByOthers} files belong to other processes that are running.`);
  }
  if (isEmpty) return refused > 0 ? EXIT.failed : EXIT.ok;
  if (trouble !== null) for (const line of explainError(trouble).lines) terminal.note(line);
  terminal.note(`Nothing is lost. Send the rest with: hooklane spool flush --spool ${spool.dir}`);
  return trouble === null && !isSilent ? EXIT.notYet : EXIT.unreachable;
}
