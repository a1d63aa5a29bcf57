/** What the server needs of notices and of notification URLs; `store` fulfils it. */
import type { DisabledNotice, LaneWake, Notice, Outcome, SigningProfile } from '@hooklane/core';

/** The notification URL of an account. Times are ms since the epoch. */
export interface NotificationTarget {
  url: string;
  signing: SigningProfile;
  tokenHeader: string;
  hasSecret: boolean;
  enabled: boolean;
  disabled: DisabledNotice | null;
  createdAt: number;
  updatedAt: number;
  waiting: number;
  /** The latest tries, the newest first. */
  recent: {
    at: number;
    eventId: string;
    number: number;
    outcome: Outcome;
    statusCode: number | null;
    durationMs: number;
  }[];
}

/** Notices of webhooks that fail or were disabled. */
export interface NoticeStore {
  /** The newest first. Throws `invalid_cursor`. */
  findNotices(
    filter: {
      account?: string;
      /** Only these. */
      accounts?: readonly string[];
      webhook?: string;
      since?: number;
      acknowledged?: boolean;
    },
    page: { cursor: string | null; limit: number },
  ): Promise<{ items: Notice[]; next: string | null }>;
  /** null when there is none. */
  getNotice(id: string): Promise<Notice | null>;
  /** null when there is none. */
  acknowledgeNotice(id: string): Promise<Notice | null>;
  countOpenNotices(accounts?: readonly string[]): Promise<number>;
}

/** Where accounts have their notices sent. */
export interface NotificationStore {
  /** null when the account has none. */
  getNotifications(account: string): Promise<NotificationTarget | null>;
  /** `secret` undefined: as it is; null: none. */
  setNotifications(
    account: string,
    settings: {
      url: string;
      secret: string | null | undefined;
      signing: SigningProfile;
      tokenHeader: string;
    },
  ): Promise<{ target: NotificationTarget; wakes: LaneWake[] }>;
  /** Whether there was one. */
  deleteNotifications(account: string): Promise<boolean>;
  /** null when the account has none, or it is disabled. */
  sendTestNotification(account: string): Promise<{ eventId: string; wakes: LaneWake[] } | null>;
}
