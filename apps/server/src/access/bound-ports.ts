/**
 * The ports as a token sees them that is bound to accounts: what belongs to others is not there. Handlers get these
 * instead of the real ones, so none of them can forget to ask. Every call is spelled out: a new one does not compile
 * until somebody has decided what a bound means for it.
 */
import { HooklaneError, nameKey, showValue } from '@hooklane/core';
import type {
  DeliveryFilter,
  DeliveryStore,
  Ports,
  RedriveJob,
  RedriveStore,
  WebhookStore,
} from '../ports.ts';
import type { NoticeStore, NotificationStore } from '../notice-ports.ts';

/** Which accounts count. */
class Bound {
  readonly accounts: readonly string[];
  readonly #keys: ReadonlySet<string>;

  constructor(accounts: readonly string[]) {
    this.accounts = accounts;
    this.#keys = new Set(accounts.map(nameKey));
  }

  includes(account: string): boolean {
    return this.#keys.has(nameKey(account));
  }

  /** Throws `foreign_account`, whether there is such an account or not. */
  demand(account: string): void {
    if (this.includes(account)) return;
    throw new HooklaneError('foreign_account', {
      field: 'account',
      detail: `The token is for ${this.accounts.join(', ')}; the account here is ${showValue(account)}.`,
    });
  }

  /** Throws `foreign_account` when the filter asks for another account. */
  filter(filter: DeliveryFilter): DeliveryFilter {
    if (filter.account !== undefined) this.demand(filter.account);
    return { ...filter, accounts: this.accounts };
  }

  coversJob({ filter: { account, accounts } }: RedriveJob): boolean {
    if (account !== undefined) return this.includes(account);
    return accounts !== undefined && accounts.every((one) => this.includes(one));
  }
}

/** Throws `foreign_account` when a filter asks for an account that a token is not for. `accounts` null: all. */
export function demandFilter(accounts: readonly string[] | null, filter: DeliveryFilter): void {
  if (accounts !== null) new Bound(accounts).filter(filter);
}

/** The most open lanes that are looked at: there are few, and those of others are left out. */
const MOST_OPEN_LANES = 1000;

/** The ports without what belongs to other accounts than these. */
export function boundPorts(ports: Ports, accounts: readonly string[]): Ports {
  const bound = new Bound(accounts);
  const { operations } = ports;
  return {
    webhooks: boundWebhooks(ports.webhooks, bound),
    deliveries: boundDeliveries(ports.deliveries, bound),
    redrives: boundRedrives(ports.redrives, bound),
    events: {
      async emit(event) {
        bound.demand(event.account);
        await demandIdOfNobodyElse(ports.deliveries, bound, event);
        return ports.events.emit(event);
      },
    },
    operations: {
      // Figures of the whole house: they name no account.
      listWorkers: () => operations.listWorkers(),
      readRates: (count) => operations.readRates(count),
      countLanes: () => operations.countLanes(),
      reportRedis: () => operations.reportRedis(),
      readWebhookHealth: async (id) => {
        const webhook = await ports.webhooks.getWebhook(id);
        return operations.readWebhookHealth(webhook !== null && bound.includes(webhook.account) ? id : '');
      },
      // Of webhooks that were got through these ports.
      readManyHealth: (ids, most) => operations.readManyHealth(ids, most),
      async listOpenLanes(limit) {
        const lanes = await operations.listOpenLanes(MOST_OPEN_LANES);
        return lanes.filter(({ account }) => bound.includes(account)).slice(0, limit);
      },
    },
    notices: boundNotices(ports.notices, bound),
    notifications: boundNotifications(ports.notifications, bound),
    wakes: ports.wakes,
    health: ports.health,
    sessions: ports.sessions,
    tokens: ports.tokens,
    // Ids alone. Who tells people of them (LiveFeed) leaves out what belongs to others.
    changes: ports.changes,
    audit: ports.audit,
    checks: ports.checks,
    checkUrl: ports.checkUrl,
  };
}

function boundWebhooks(webhooks: WebhookStore, bound: Bound): WebhookStore {
  const getWebhook: WebhookStore['getWebhook'] = async (id) => {
    const webhook = await webhooks.getWebhook(id);
    return webhook !== null && bound.includes(webhook.account) ? webhook : null;
  };
  return {
    getWebhook,
    // Of deliveries that were got through these ports.
    getNames: (ids) => webhooks.getNames(ids),
    async createWebhook(input) {
      bound.demand(input.account);
      return webhooks.createWebhook(input);
    },
    updateWebhook: async (id, patch) =>
      (await getWebhook(id)) === null ? null : webhooks.updateWebhook(id, patch),
    deleteWebhook: async (id) => ((await getWebhook(id)) === null ? null : webhooks.deleteWebhook(id)),
    async getScope(account, scope) {
      bound.demand(account);
      return webhooks.getScope(account, scope);
    },
    async setScopeEnabled(account, scope, enabled) {
      bound.demand(account);
      return webhooks.setScopeEnabled(account, scope, enabled);
    },
    async listScopes(filter) {
      if (filter.account !== undefined) bound.demand(filter.account);
      const scopes = await webhooks.listScopes(filter);
      return scopes.filter(({ account }) => bound.includes(account));
    },
  };
}

function boundDeliveries(deliveries: DeliveryStore, bound: Bound): DeliveryStore {
  const getDelivery: DeliveryStore['getDelivery'] = async (id) => {
    const found = await deliveries.getDelivery(id);
    return found !== null && bound.includes(found.delivery.account) ? found : null;
  };
  return {
    getDelivery,
    async getEvent(id) {
      const record = await deliveries.getEvent(id, bound.accounts);
      return record !== null && bound.includes(record.event.account) ? record : null;
    },
    findDeliveries: async (filter, page) => deliveries.findDeliveries(bound.filter(filter), page),
    findDeadLetters: async (filter, page) => deliveries.findDeadLetters(bound.filter(filter), page),
    findDeadGroups: async (filter, limit) => deliveries.findDeadGroups(bound.filter(filter), limit),
    findMany: async (ids) =>
      (await deliveries.findMany(ids)).filter(({ account }) => bound.includes(account)),
    countDeadLetters: async (filter, limit) => deliveries.countDeadLetters(bound.filter(filter), limit),
    // Of deliveries and for webhooks that were got through these ports.
    getAttempts: (ids) => deliveries.getAttempts(ids),
    sendTest: (webhook, event) => deliveries.sendTest(webhook, event),
    redeliver: async (id) =>
      (await getDelivery(id)) === null ? { kind: 'missing' } : deliveries.redeliver(id),
  };
}

function boundRedrives(redrives: RedriveStore, bound: Bound): RedriveStore {
  return {
    // The filter is kept with the job, so the worker keeps to the bound as well.
    createRedrive: async (job) => redrives.createRedrive({ ...job, filter: bound.filter(job.filter) }),
    listRedrives: async () => (await redrives.listRedrives()).filter((job) => bound.coversJob(job)),
    async getRedrive(id) {
      const job = await redrives.getRedrive(id);
      return job !== null && bound.coversJob(job) ? job : null;
    },
  };
}

function boundNotices(notices: NoticeStore, bound: Bound): NoticeStore {
  const { accounts } = bound;
  const getNotice: NoticeStore['getNotice'] = async (id) => {
    const notice = await notices.getNotice(id);
    return notice !== null && bound.includes(notice.account) ? notice : null;
  };
  return {
    getNotice,
    async findNotices(filter, page) {
      if (filter.account !== undefined) bound.demand(filter.account);
      return notices.findNotices({ ...filter, accounts }, page);
    },
    acknowledgeNotice: async (id) => ((await getNotice(id)) === null ? null : notices.acknowledgeNotice(id)),
    countOpenNotices: () => notices.countOpenNotices(accounts),
  };
}

function boundNotifications(notifications: NotificationStore, bound: Bound): NotificationStore {
  return {
    async getNotifications(account) {
      bound.demand(account);
      return notifications.getNotifications(account);
    },
    async setNotifications(account, settings) {
      bound.demand(account);
      return notifications.setNotifications(account, settings);
    },
    async deleteNotifications(account) {
      bound.demand(account);
      return notifications.deleteNotifications(account);
    },
    async sendTestNotification(account) {
      bound.demand(account);
      return notifications.sendTestNotification(account);
    },
  };
}

/** Ids are one for all accounts of a shard. That one is taken has to be said, and whose it is must not be. */
async function demandIdOfNobodyElse(
  deliveries: Pick<DeliveryStore, 'getEvent'>,
  bound: Bound,
  { id, account }: { id?: string | undefined; account: string },
): Promise<void> {
  const record = id === undefined ? null : await deliveries.getEvent(id, [account]);
  if (record === null || bound.includes(record.event.account)) return;
  throw new HooklaneError('event_id_taken', {
    field: 'id',
    detail: `The id ${id} is taken. Make ids unique, for example with the account and the application in front.`,
  });
}
