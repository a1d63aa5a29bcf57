/** `hooklane events show`: who heard of this? */
import { Command } from '@commander-js/extra-typings';
import type { ApiEvent } from '@hooklane/client';
import type { Cli, Session } from '../../cli.ts';
import { withClient } from '../../cli.ts';
import { EXIT } from '../../exit-code.ts';
import { nameScope } from '../../parse/scope-options.ts';
import { examples, jsonOption } from '../../parse/shared-options.ts';
import { deliveryColumns } from '../../show/deliveries.ts';
import { printJson } from '../../show/json.ts';
import { showAgo, showTime } from '../../show/times.ts';
import { tellRemedy } from '../../show/unmatched.ts';
import { cleanLines } from '../../terminal/clean-text.ts';
import { printFacts } from '../../terminal/facts.ts';
import { printTable } from '../../terminal/table.ts';

/** These say nothing new below one event. */
const REPEATED = new Set(['Created', 'Event', 'Scope']);

/** The command. */
export function showCommand(cli: Cli) {
  return new Command('show')
    .description('an event and who heard of it; if nobody did: why')
    .argument('<id>', 'of the event')
    .option('--body', 'print the body as well')
    .addOption(jsonOption())
    .addHelpText('after', examples('events show evt_01m8…', 'events show deploy-44933-finished --body'))
    .action((id, options, command) =>
      withClient(cli, command, async (session) => {
        const event = await session.client.getEvent({ params: { id } });
        if (options.json === true) printJson(session.terminal, event);
        else printEvent(session, event, options.body === true);
        return EXIT.ok;
      }),
    );
}

function printEvent({ terminal, now }: Session, event: ApiEvent, withBody: boolean): void {
  const when = (time: string): string =>
    terminal.isInteractive ? `${showTime(time)} (${showAgo(time, now())})` : time;
  printFacts(terminal, [
    ['Event', event.id, 'bold'],
    ['Type', event.type],
    ['Scope', nameScope(event)],
    ['Happened', when(event.occurredAt)],
    ['Accepted', when(event.acceptedAt)],
    [
      'Nobody heard',
      event.unmatched === null ? null : `${event.unmatched.reason}: ${event.unmatched.message}`,
      'yellow',
    ],
  ]);
  if (event.unmatched !== null) terminal.note(tellRemedy(event, event.unmatched));
  if (withBody) {
    terminal.print();
    terminal.print(cleanLines(JSON.stringify(event.body, null, 2)));
  }
  if (event.deliveries.length === 0) return;
  terminal.print();
  const columns = deliveryColumns(now()).filter(({ title }) => !REPEATED.has(title));
  printTable(terminal, columns, event.deliveries);
}
