/** `hooklane emit`: tell an event; on request wait until everybody has it. */
import { Argument, Command } from '@commander-js/extra-typings';
import type { ApiEvent } from '@hooklane/client';
import { EVENT_TYPES } from '@hooklane/core';
import type { Cli, Session } from '../cli.ts';
import { withClient } from '../cli.ts';
import { usageError } from '../cli-error.ts';
import { emitOrSpool } from '../emit/emit-or-spool.ts';
import { sendEvent } from '../emit/send-event.ts';
import { EXIT } from '../exit-code.ts';
import type { ExitCode } from '../exit-code.ts';
import { readEventBody } from '../parse/event-body.ts';
import { momentOption } from '../parse/options.ts';
import { accountOption, quote } from '../parse/scope-options.ts';
import { examples, jsonOption, waitOption } from '../parse/shared-options.ts';
import { spoolMaxOption, spoolOption } from '../parse/spool-options.ts';
import { printJson } from '../show/json.ts';
import { tellRemedy } from '../show/unmatched.ts';
import { nullWhenNotFound } from '../wait/null-when-not-found.ts';
import { watchDeliveries } from '../wait/watch-deliveries.ts';

const AFTER = `
With --wait it ends with 0 when every webhook has it, 1 when one is dead, 4 when the time is over first.
When nobody hears of the event it warns and ends with 0, or with 1 under --require-match (which waits too).
With --spool it does not fail while the server or its Redis is away, and does not wait for them either: after one try
of 2s at most (or --timeout) the event is kept on the disk, with an id, and it ends with 0, or with 4 when it should
have waited. The next emit or \`hooklane spool flush\` sends it, in order.
${examples(
  'emit build.started --account jdoe --file body.json',
  'emit deploy.finished --account jdoe --file - --id deploy-44933-finished --wait 2m < body.json',
  'emit deploy.finished --account jdoe --file body.json --spool .hooklane-spool',
)}`;

/** What is asked beside emitting. */
interface Wishes {
  waitMs: number | null;
  requireMatch: boolean;
  json: boolean;
}

const MATCH_WAIT_MS = 30_000;

/** The command. */
export function emitCommand(cli: Cli) {
  return new Command('emit')
    .description('emit an event; its body is the JSON that receivers get')
    .addArgument(new Argument('<type>', 'what happened').choices(EVENT_TYPES))
    .addOption(accountOption().makeOptionMandatory())
    .requiredOption('--file <file>', 'the body, - for standard input')
    .option('--id <id>', 'your own id: sent twice, it is delivered once')
    .option(
      '--occurred-at <when>',
      'when it happened: RFC 3339 or an age (default: now)',
      momentOption(cli.now),
    )
    .addOption(waitOption('wait until every webhook has it'))
    .addOption(spoolOption('keep it in this folder when the server or its Redis is away'))
    .addOption(spoolMaxOption())
    .option('--require-match', 'fail when no webhook hears of it')
    .addOption(jsonOption())
    .addHelpText('after', AFTER)
    .action((type, options, command) =>
      withClient(cli, command, async (session) => {
        if (options.spoolMax !== undefined && options.spool === undefined) {
          throw usageError('--spool-max says how large the folder of --spool may be: say --spool as well.');
        }
        const { account, id, occurredAt, spool: dir, spoolMax: maxBytes } = options;
        const event = { account, type, id, occurredAt, body: await readEventBody(cli, options.file) };
        // The type of an optional value has `true` in it, which the preset rules out.
        const waitMs = typeof options.wait === 'number' ? options.wait : null;
        const requireMatch = options.requireMatch === true;
        const wishes = { waitMs, requireMatch, json: options.json === true };
        if (dir === undefined) return follow(session, await sendEvent(session, event), wishes);
        const isBrief = waitMs === null && !requireMatch;
        const emitted = await emitOrSpool(session, event, { dir, maxBytes, isBrief });
        return emitted.isSpooled
          ? tellSpooled(session, emitted.id, { ...wishes, dir })
          : follow(session, emitted.id, wishes);
      }),
    );
}

/** It is safe. Who hears of it nobody knows yet. */
function tellSpooled(
  { terminal }: Session,
  id: string,
  { waitMs, requireMatch, json, dir }: Wishes & { dir: string },
): ExitCode {
  const flush = `hooklane spool flush --spool ${quote(dir)}`;
  if (json) printJson(terminal, { id, spooled: true });
  else terminal.print(`spooled ${id}`);
  if (waitMs === null && !requireMatch) {
    terminal.note(`The server cannot take it now; the next emit sends it, or: ${flush}`);
    return EXIT.ok;
  }
  terminal.note(
    `The server cannot take it now, and what is spooled cannot be waited for. Send it with: ${flush}\n` +
      `Then look with: hooklane events show ${id}`,
  );
  return EXIT.notYet;
}

async function follow(
  session: Session,
  id: string,
  { waitMs, requireMatch, json }: Wishes,
): Promise<ExitCode> {
  const { terminal, client } = session;
  const mustWait = waitMs !== null || requireMatch;
  if (!json) terminal.print(terminal.isInteractive ? `Accepted ${id}` : id);
  if (!mustWait) {
    if (json) printJson(terminal, { id });
    else if (terminal.isInteractive) terminal.note(`Who hears of it: hooklane events show ${id}`);
    return EXIT.ok;
  }
  let event: ApiEvent | null = null;
  const code = await watchDeliveries(session, {
    timeoutMs: waitMs ?? MATCH_WAIT_MS,
    look: async (signal) => {
      event = await client.getEvent({ params: { id } }, { signal }).catch(nullWhenNotFound);
      // Without --wait it is enough that somebody hears of it.
      return waitMs === null && event !== null && event.unmatched === null ? [] : (event?.deliveries ?? null);
    },
  });
  if (json) printJson(terminal, event ?? { id });
  return event === null ? code : judge(session, event, { code, requireMatch });
}

function judge(
  { terminal }: Session,
  event: ApiEvent,
  { code, requireMatch }: { code: ExitCode; requireMatch: boolean },
): ExitCode {
  if (event.unmatched !== null) {
    terminal.note(
      terminal.paintNote(
        'yellow',
        `Nobody heard of it (${event.unmatched.reason}): ${event.unmatched.message}`,
      ),
    );
    terminal.note(tellRemedy(event, event.unmatched));
    return requireMatch ? EXIT.failed : EXIT.ok;
  }
  if (code === EXIT.notYet)
    terminal.note(`Not delivered to all in time. Look again with: hooklane events show ${event.id}`);
  if (code === EXIT.failed)
    terminal.note(`Not everybody has it. See why with: hooklane events show ${event.id}`);
  return code;
}
