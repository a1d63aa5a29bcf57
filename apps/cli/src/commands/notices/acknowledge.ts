/** `hooklane notices acknowledge` */
import { Command } from '@commander-js/extra-typings';
import type { Cli, Session } from '../../cli.ts';
import { withClient } from '../../cli.ts';
import { usageError } from '../../cli-error.ts';
import { EXIT } from '../../exit-code.ts';
import { accountOption } from '../../parse/scope-options.ts';
import { examples } from '../../parse/shared-options.ts';

/** The command. */
export function acknowledgeCommand(cli: Cli) {
  return new Command('acknowledge')
    .description('say that you have seen a notice')
    .argument('[id...]', 'as `notices list` shows them')
    .option('--all', 'all open ones, of one account if --account is given')
    .addOption(accountOption())
    .addHelpText(
      'after',
      examples('notices acknowledge ntc_01m8…', 'notices acknowledge --all --account jdoe'),
    )
    .action((ids, options, command) => {
      if ((ids.length === 0) === (options.all !== true)) throw usageError('Give ids, or --all.');
      return withClient(cli, command, async (session) => {
        const named = options.all === true ? await openNotices(session, options.account) : ids;
        for (const id of named) await session.client.acknowledgeNotice({ params: { id } });
        const count = named.length === 1 ? '1 notice' : `${named.length} notices`;
        session.terminal.print(`Acknowledged ${count}.`);
        return EXIT.ok;
      });
    });
}

/** Their ids first: acknowledging changes the list. At most the newest 1,000 of an account are kept. */
async function openNotices({ client }: Session, account: string | undefined): Promise<string[]> {
  const ids: string[] = [];
  const filter = {
    acknowledged: 'false' as const,
    limit: 200,
    ...(account === undefined ? {} : { account }),
  };
  for await (const notice of client.listAll('listNotices', filter)) ids.push(notice.id);
  return ids;
}
