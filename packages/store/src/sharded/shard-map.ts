/** Where what is: by account at once, by id with a look at all shards. */
import { nameKey, parseDeliveryId, shardOf } from '@hooklane/core';
import type { Store } from '../create-store.ts';
import type { DeliveryFilter } from '../search.ts';

/** How many webhooks are remembered with their shard: about 100 bytes each. */
const REMEMBERED = 20_000;

/** The stores of all shards, and the way to the right one. */
export class ShardMap {
  readonly stores: readonly Store[];
  /** By webhook, the one that was asked for longest ago first. A webhook never changes its shard while programs run. */
  readonly #known = new Map<string, number>();

  constructor(stores: readonly Store[]) {
    this.stores = stores;
  }

  /** The home shard's. */
  get home(): Store {
    return this.at(0);
  }

  /** The store of a shard. */
  at(shard: number): Store {
    const store = this.stores[shard];
    if (store === undefined) throw new RangeError(`There is no shard ${shard}.`);
    return store;
  }

  /** The store of an account. */
  of(account: string): Store {
    return this.at(shardOf(account, this.stores.length));
  }

  /** The shards where something that a filter wants can be, in rising order. */
  async wanted(filter: Pick<DeliveryFilter, 'account' | 'accounts' | 'webhook'>): Promise<number[]> {
    const { account, accounts, webhook } = filter;
    if (account !== undefined) return [shardOf(account, this.stores.length)];
    const shard = webhook === undefined ? null : await this.locate(webhook);
    if (shard !== null) return [shard];
    return accounts === undefined ? [...this.stores.keys()] : this.ofAccounts(accounts);
  }

  /** The shards of these accounts, in rising order. */
  ofAccounts(accounts: readonly string[]): number[] {
    return [...new Set(accounts.map((one) => shardOf(one, this.stores.length)))].toSorted((a, b) => a - b);
  }

  /** Notes where a webhook is, so that nobody has to look. */
  remember(webhookId: string, account: string): void {
    this.#note(webhookId, shardOf(account, this.stores.length));
  }

  /** The shard of a webhook that exists; null: none has it. */
  async locate(webhookId: string): Promise<number | null> {
    const known = this.#known.get(webhookId);
    if (known !== undefined) {
      this.#note(webhookId, known);
      return known;
    }
    const found = await Promise.all(this.stores.map((store) => store.webhooks.hasWebhook(webhookId)));
    const shard = found.indexOf(true);
    if (shard === -1) return null;
    this.#note(webhookId, shard);
    return shard;
  }

  /** The store of a delivery's webhook; null: the webhook is gone, or the id is none, so any can have it. */
  async ofDelivery(deliveryId: string): Promise<Store | null> {
    const parts = parseDeliveryId(deliveryId);
    const shard = parts === null ? null : await this.locate(parts.webhookId);
    return shard === null ? null : this.at(shard);
  }

  /** Asks all at once; the first answer that is not null, in the order of the shards. */
  async find<T>(ask: (store: Store) => Promise<T | null>): Promise<T | null> {
    const answers = await Promise.all(this.stores.map(ask));
    return answers.find((answer) => answer !== null) ?? null;
  }

  /** Asks all at once. */
  all<T>(ask: (store: Store) => Promise<T>): Promise<T[]> {
    return Promise.all(this.stores.map(ask));
  }

  /** Ids by their shard; what no webhook tells the shard of goes to all of them. */
  async groupByShard(
    ids: readonly string[],
    webhookOf: (id: string) => string | null,
  ): Promise<Map<number, string[]>> {
    const groups = new Map<number, string[]>();
    const shards = await Promise.all(
      ids.map(async (id) => {
        const webhookId = webhookOf(id);
        return webhookId === null ? null : this.locate(webhookId);
      }),
    );
    ids.forEach((id, i) => {
      const shard = shards[i] ?? null;
      for (const one of shard === null ? this.stores.keys() : [shard]) {
        const group = groups.get(one);
        if (group === undefined) groups.set(one, [id]);
        else group.push(id);
      }
    });
    return groups;
  }

  #note(webhookId: string, shard: number): void {
    this.#known.delete(webhookId);
    this.#known.set(webhookId, shard);
    if (this.#known.size <= REMEMBERED) return;
    for (const oldest of this.#known.keys()) {
      this.#known.delete(oldest);
      return;
    }
  }
}

/** Whether one of these accounts is the one. */
export function isOneOf(accounts: readonly string[], account: string): boolean {
  return accounts.some((one) => nameKey(one) === nameKey(account));
}
