/** `hooklane scopes enable` and `hooklane scopes disable` */
import { Command } from '@commander-js/extra-typings';
import type { Cli } from '../../cli.ts';
import { withClient } from '../../cli.ts';
import { EXIT } from '../../exit-code.ts';
import {
  accountOption,
  applicationOption,
  environmentOption,
  nameScope,
  needScope,
} from '../../parse/scope-options.ts';
import { examples, jsonOption } from '../../parse/shared-options.ts';
import { printJson } from '../../show/json.ts';

/** One of the two commands. */
export function switchCommand(cli: Cli, verb: 'enable' | 'disable') {
  const word = verb === 'enable' ? 'on' : 'off';
  return new Command(verb)
    .description(`switch the webhooks of an application or environment ${word}`)
    .addOption(accountOption().makeOptionMandatory())
    .addOption(applicationOption())
    .addOption(environmentOption())
    .addOption(jsonOption())
    .addHelpText('after', examples(`scopes ${verb} --account jdoe --application shop`))
    .action((options, command) =>
      withClient(cli, command, async ({ client, terminal }) => {
        const owned = needScope(options);
        const input = {
          params: { account: owned.account, name: owned.scope.name },
          body: { enabled: verb === 'enable' },
        };
        const isApplication = owned.scope.kind === 'application';
        const state = await (isApplication ? client.setApplication(input) : client.setEnvironment(input));
        if (options.json === true) printJson(terminal, state);
        else
          terminal.print(
            `The ${nameScope(owned)} is switched ${word}. It has ${countOf(state.webhooks.length)}.`,
          );
        return EXIT.ok;
      }),
    );
}

function countOf(webhooks: number): string {
  return webhooks === 1 ? '1 webhook' : `${webhooks} webhooks`;
}
