/** `hooklane deliveries show` */
import { Command } from '@commander-js/extra-typings';
import type { ApiDelivery } from '@hooklane/client';
import type { Cli, Session } from '../../cli.ts';
import { withClient } from '../../cli.ts';
import { EXIT } from '../../exit-code.ts';
import { nameScope } from '../../parse/scope-options.ts';
import { examples, jsonOption } from '../../parse/shared-options.ts';
import { printAttempts, statusStyle, tellStatus } from '../../show/deliveries.ts';
import { printJson } from '../../show/json.ts';
import { showAgo, showTime } from '../../show/times.ts';
import { printFacts } from '../../terminal/facts.ts';
import { nullWhenNotFound } from '../../wait/null-when-not-found.ts';

/** The command. */
export function showCommand(cli: Cli) {
  return new Command('show')
    .description('one delivery with every try: when, answer, how long, whose fault')
    .argument('<id>', 'of the delivery, evt_….wh_…')
    .addOption(jsonOption())
    .addHelpText('after', examples('deliveries show evt_01m8….wh_01m8…'))
    .action((id, options, command) =>
      withClient(cli, command, async (session) => {
        const delivery = await session.client.getDelivery({ params: { id } });
        if (options.json === true) printJson(session.terminal, delivery);
        else await printDelivery(session, delivery);
        return EXIT.ok;
      }),
    );
}

async function printDelivery({ terminal, client, now }: Session, delivery: ApiDelivery): Promise<void> {
  const webhook = await client.getWebhook({ params: { id: delivery.webhookId } }).catch(nullWhenNotFound);
  const created = terminal.isInteractive
    ? `${showTime(delivery.createdAt)} (${showAgo(delivery.createdAt, now())})`
    : delivery.createdAt;
  printFacts(terminal, [
    ['Delivery', delivery.id, 'bold'],
    ['Event', `${delivery.event}, ${nameScope(delivery)}`],
    ['Webhook', webhook === null ? `${delivery.webhookId} (deleted)` : webhook.name],
    ['Url', webhook?.url ?? null],
    ['Status', tellStatus(delivery, now()), statusStyle(delivery.status)],
    ['Created', created],
  ]);
  terminal.print();
  printAttempts(terminal, delivery);
  if (delivery.status === 'dead')
    terminal.note(`Send it again with: hooklane deliveries redeliver ${delivery.id} --wait`);
}
