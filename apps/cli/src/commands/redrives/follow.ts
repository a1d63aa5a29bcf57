/** A redrive or discard until it is done. It runs in the workers: we only look. */
import type { ApiRedrive } from '@hooklane/client';
import type { Session } from '../../cli.ts';
import { untilInterrupted } from '../../cli.ts';
import { EXIT } from '../../exit-code.ts';
import type { ExitCode } from '../../exit-code.ts';
import { nameFilter } from '../../parse/delivery-filter.ts';
import { printJson } from '../../show/json.ts';
import { showSpan, showTime } from '../../show/times.ts';
import { printFacts } from '../../terminal/facts.ts';
import { poll } from '../../wait/poll.ts';
import { tellsTrouble } from '../../wait/try-again.ts';

const BAR_CELLS = 30;

/** A day: nobody sits before a terminal for longer. */
const MAX_FOLLOW_MS = 24 * 3_600_000;

/** A server that is away for longer is not waited for. */
const PATIENCE_MS = 60_000;

/** Prints how far it is, with a bar on a terminal. Ctrl-C leaves it running and ends with 130. */
export async function followRedrive(
  session: Session,
  id: string,
  { json, wait }: { json: boolean; wait: boolean },
): Promise<ExitCode> {
  const { terminal, client } = session;
  const first = await client.getRedrive({ params: { id } });
  if (!wait || first.state === 'done') return finish(session, first, json);
  // Said before it is done: the terminal may be closed.
  if (!json) terminal.note(`${verbOf(first)} ${first.matched} in the workers as ${id} …`);
  let latest = first;
  const look = async (signal: AbortSignal): Promise<ApiRedrive | null> => {
    latest = await client.getRedrive({ params: { id } }, { signal });
    terminal.progress(`${bar(latest)} ${latest.done} of ${latest.matched}`);
    return latest.state === 'done' ? latest : null;
  };
  const bound = { timeoutMs: MAX_FOLLOW_MS, patienceMs: PATIENCE_MS, onTrouble: tellsTrouble(terminal) };
  const isInterrupted = await untilInterrupted(
    async (signal) => (await poll(look, { ...bound, signal })) === null && signal.aborted,
  );
  terminal.progress(null);
  if (latest.state !== 'done')
    terminal.note(`It goes on in the workers. Look again with: hooklane redrives show ${id} --follow`);
  finish(session, latest, json);
  return isInterrupted ? EXIT.interrupted : EXIT.ok;
}

function finish({ terminal }: Session, redrive: ApiRedrive, json: boolean): ExitCode {
  if (json) printJson(terminal, redrive);
  else printRedrive(terminal, redrive);
  return EXIT.ok;
}

function printRedrive(terminal: Session['terminal'], redrive: ApiRedrive): void {
  const { createdAt, finishedAt, state } = redrive;
  const took =
    finishedAt === null ? '' : ` after ${showSpan(Date.parse(finishedAt) - Date.parse(createdAt))}`;
  printFacts(terminal, [
    [redrive.action === 'redrive' ? 'Redrive' : 'Discard', redrive.id, 'bold'],
    ['Of', nameFilter(redrive.filter)],
    ['Because', redrive.reason],
    ['State', `${state}${took}`, state === 'done' ? 'green' : 'cyan'],
    [redrive.action === 'redrive' ? 'Sent again' : 'Discarded', `${redrive.done} of ${redrive.matched}`],
    ['Begun', terminal.isInteractive ? showTime(createdAt) : createdAt],
  ]);
}

function verbOf({ action }: ApiRedrive): string {
  return action === 'redrive' ? 'Sending again' : 'Discarding';
}

/** `[██████░░░░]`; full when there is nothing to do. */
function bar({ done, matched }: Pick<ApiRedrive, 'done' | 'matched'>): string {
  const share = matched === 0 ? 1 : Math.min(1, done / matched);
  const full = Math.floor(share * BAR_CELLS);
  return `[${'█'.repeat(full)}${'░'.repeat(BAR_CELLS - full)}]`;
}
