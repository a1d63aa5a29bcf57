/** The table that the demo shows while it runs: redrawn on a terminal, a line now and then elsewhere. */
import { stripVTControlCharacters, styleText } from 'node:util';
import type { Character } from './receivers.ts';
import type { SeenDelivery } from './api.ts';

/** A webhook of the demo. */
export interface DemoWebhook {
  id: string;
  name: string;
  type: string;
  character: Character;
}

const STATUSES = ['pending', 'retrying', 'delivered', 'dead'] as const;
const COLORS = { pending: 'cyan', retrying: 'yellow', delivered: 'green', dead: 'red' } as const;
const RECENT = 8;
const PLAIN_EVERY_MS = 2000;

/** Draws the table again and again. */
export class LiveTable {
  readonly #webhooks: readonly DemoWebhook[];
  readonly #out: NodeJS.WriteStream;
  #drawn = 0;
  #plainAt = 0;

  constructor(webhooks: readonly DemoWebhook[], out: NodeJS.WriteStream) {
    this.#webhooks = webhooks;
    this.#out = out;
  }

  /** Shows the present state; `last`: also where only a line now and then is shown. */
  show(deliveries: readonly SeenDelivery[], last = false): void {
    if (!this.#out.isTTY) {
      if (!last && performance.now() < this.#plainAt) return;
      this.#plainAt = performance.now() + PLAIN_EVERY_MS;
      const text = last ? this.#lines(deliveries).join('\n') : `  ${counts(deliveries)}`;
      this.#out.write(`${stripVTControlCharacters(text)}\n`);
      return;
    }
    const lines = this.#lines(deliveries);
    const back = this.#drawn > 0 ? `\u001B[${this.#drawn}A\u001B[0J` : '';
    this.#out.write(`${back}${lines.join('\n')}\n`);
    this.#drawn = lines.length;
  }

  /** What is on the screen stays; the next table comes below it. */
  keep(): void {
    this.#drawn = 0;
  }

  #lines(deliveries: readonly SeenDelivery[]): string[] {
    const head = row([
      'WEBHOOK',
      'TYPE',
      'RECEIVER',
      ...STATUSES.map((status) => status.toUpperCase()),
      'ATTEMPTS',
    ]);
    const rows = this.#webhooks.map((webhook) => {
      const own = deliveries.filter(({ webhookId }) => webhookId === webhook.id);
      const cells = STATUSES.map((status) => own.filter((delivery) => delivery.status === status).length);
      const attempts = own.reduce((sum, delivery) => sum + delivery.attempts.length, 0);
      return row(
        [webhook.name, webhook.type, webhook.character, ...cells.map(String), String(attempts)],
        cells,
      );
    });
    return [
      '',
      styleText('bold', head),
      ...rows,
      '',
      styleText('dim', 'latest attempts'),
      ...this.#recent(deliveries),
    ];
  }

  #recent(deliveries: readonly SeenDelivery[]): string[] {
    const names = new Map(this.#webhooks.map(({ id, name }) => [id, name]));
    const lines = deliveries
      .flatMap(({ attempts, webhookId, eventId }) =>
        attempts.map((attempt) => ({ attempt, webhookId, eventId })),
      )
      .toSorted((a, b) => a.attempt.startedAt.localeCompare(b.attempt.startedAt))
      .slice(-RECENT)
      .map(({ attempt, webhookId, eventId }) => {
        const code = String(attempt.statusCode ?? attempt.outcome);
        const told = styleText(attempt.outcome === 'ok' ? 'green' : 'red', code.padEnd(4));
        const name = (names.get(webhookId) ?? webhookId).padEnd(15);
        return `  ${attempt.startedAt.slice(11, 23)}  ${told} ${name} try ${attempt.number}  ${String(attempt.durationMs).padStart(5)} ms  ${eventId}`;
      });
    return [...lines, ...Array.from({ length: RECENT - lines.length }, () => '')];
  }
}

const WIDTHS = [16, 16, 10, 9, 10, 11, 6, 10];

function row(cells: readonly string[], counted: readonly number[] = []): string {
  return cells
    .map((cell, i) => {
      const text = i < 3 ? cell.padEnd(WIDTHS[i] ?? 0) : cell.padStart(WIDTHS[i] ?? 0);
      const status = STATUSES[i - 3];
      return status && (counted[i - 3] ?? 0) > 0 ? styleText(COLORS[status], text) : text;
    })
    .join('');
}

function counts(deliveries: readonly SeenDelivery[]): string {
  return STATUSES.map(
    (status) => `${deliveries.filter((delivery) => delivery.status === status).length} ${status}`,
  ).join(', ');
}
