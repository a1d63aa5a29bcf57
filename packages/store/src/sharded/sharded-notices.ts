/** Notices and notification URLs over all shards. */
import type { Notices } from '../notices.ts';
import type { Notifications } from '../notifications.ts';
import type { ShardMap } from './shard-map.ts';

/** The calls of {@link Notices} that servers use. An id sorts by time, so it is a place in the lists of all shards. */
export function shardedNotices(
  map: ShardMap,
): Pick<Notices, 'findNotices' | 'getNotice' | 'acknowledgeNotice' | 'countOpenNotices'> {
  return {
    async findNotices(filter, page) {
      const shards = await map.wanted(filter);
      return mergeNotices(
        await Promise.all(shards.map((shard) => map.at(shard).notices.findNotices(filter, page))),
        page.limit,
      );
    },
    getNotice: (id) => map.find((store) => store.notices.getNotice(id)),
    acknowledgeNotice: (id) =>
      map.find(async ({ notices }) =>
        (await notices.getNotice(id)) === null ? null : notices.acknowledgeNotice(id),
      ),
    async countOpenNotices(accounts) {
      const counts =
        accounts === undefined
          ? await map.all((store) => store.notices.countOpenNotices())
          : await Promise.all(accounts.map((one) => map.of(one).notices.countOpenNotices([one])));
      return counts.reduce((sum, count) => sum + count, 0);
    },
  };
}

type NoticePage = Awaited<ReturnType<Notices['findNotices']>>;

/** What lies behind the first place up to which a shard was searched waits for the next page. */
function mergeNotices(pages: readonly NoticePage[], limit: number): NoticePage {
  const end = pages.reduce<string | null>(
    (first, { next }) => (next !== null && (first === null || next > first) ? next : first),
    null,
  );
  const all = pages.flatMap(({ items }) => items).toSorted((a, b) => (a.id < b.id ? 1 : -1));
  const ready = end === null ? all : all.filter(({ id }) => id >= end);
  const items = ready.slice(0, limit);
  return { items, next: items.length === ready.length ? end : (items.at(-1)?.id ?? end) };
}

/** The calls of {@link Notifications}. */
export function shardedNotifications(map: ShardMap): Pick<Notifications, keyof Notifications> {
  return {
    getNotifications: (account) => map.of(account).notifications.getNotifications(account),
    setNotifications: (account, settings) =>
      map.of(account).notifications.setNotifications(account, settings),
    deleteNotifications: (account) => map.of(account).notifications.deleteNotifications(account),
    sendTestNotification: (account) => map.of(account).notifications.sendTestNotification(account),
  };
}
