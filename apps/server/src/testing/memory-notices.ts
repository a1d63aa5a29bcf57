/** Notices and notification URLs in memory, for tests of handlers. */
import type { Notice } from '@hooklane/core';
import type { NotificationTarget } from '../notice-ports.ts';
import type { Ports } from '../ports.ts';

interface NoticeState {
  notices: Map<string, Notice>;
  notifications: Map<string, NotificationTarget>;
}

const NOW = Date.UTC(2026, 0, 2, 3, 4, 5);

/** Notices. */
export function noticeStore(state: NoticeState): Ports['notices'] {
  return {
    getNotice: async (id) => state.notices.get(id) ?? null,
    async findNotices(filter, { limit }) {
      const all = [...state.notices.values()].filter(
        ({ account, webhook, at, acknowledgedAt }) =>
          (filter.account ?? account) === account &&
          (filter.webhook ?? webhook?.id) === webhook?.id &&
          (filter.since ?? at) <= at &&
          (filter.acknowledged ?? acknowledgedAt !== null) === (acknowledgedAt !== null),
      );
      return { items: all.slice(0, limit), next: null };
    },
    async acknowledgeNotice(id) {
      const notice = state.notices.get(id);
      if (notice === undefined) return null;
      const seen = { ...notice, acknowledgedAt: NOW };
      state.notices.set(id, seen);
      return seen;
    },
    countOpenNotices: async () => [...state.notices.values()].filter((n) => n.acknowledgedAt === null).length,
  };
}

/** Notification URLs. */
export function notificationStore(state: NoticeState): Ports['notifications'] {
  return {
    getNotifications: async (account) => state.notifications.get(account) ?? null,
    async setNotifications(account, { secret, ...settings }) {
      const current = state.notifications.get(account);
      const hasSecret = secret === undefined ? (current?.hasSecret ?? false) : secret !== null;
      const target: NotificationTarget = {
        ...settings,
        hasSecret,
        enabled: true,
        disabled: null,
        createdAt: NOW,
        updatedAt: NOW,
        waiting: 0,
        recent: [],
      };
      state.notifications.set(account, target);
      return { target, wakes: [] };
    },
    deleteNotifications: async (account) => state.notifications.delete(account),
    async sendTestNotification(account) {
      if (state.notifications.get(account)?.enabled !== true) return null;
      return { eventId: 'evt_note', wakes: [{ webhookId: 'wh_note', pool: 'lanes', at: 0 }] };
    },
  };
}
