/** What the audit log says of each change. */
import { ROUTES } from '@hooklane/client';
import type { RouteId } from '@hooklane/client';
import { parseDeliveryId } from '@hooklane/core';
import type { Ports } from '../ports.ts';

/** The parts of a request and its answer, when their types no longer matter. */
export interface Change {
  params: Readonly<Record<string, string>>;
  body: Readonly<Record<string, unknown>>;
  reply: { status: number; body: unknown };
}

/** Whose thing, which, and what about it. */
export interface ChangeNote {
  account: string | null;
  target: string | null;
  detail: string | null;
  /** Of a sign-in: before it nobody was known. */
  actorName?: string;
}

type Before = (params: Readonly<Record<string, string>>, ports: Ports) => Promise<string | null>;

/** Asked before the change, since afterwards it may be gone. `after` gets what `before` found; null: not a change. */
interface Describe {
  before?: Before;
  after: (change: Change, account: string | null) => ChangeNote | null;
}

const accountOfWebhook: Before = async ({ id = '' }, { webhooks }) =>
  (await webhooks.getWebhook(id))?.account ?? null;

const accountOfDelivery: Before = async ({ id = '' }, { webhooks }) => {
  const parts = parseDeliveryId(id);
  return parts === null ? null : ((await webhooks.getWebhook(parts.webhookId))?.account ?? null);
};

/** Names of fields, never their values: one may be a secret. */
const fieldsOf = (body: Change['body']): string => Object.keys(body).toSorted().join(', ');

function ofWebhook(detail: (change: Change) => string | null = () => null): Describe {
  return {
    before: accountOfWebhook,
    after: (change, account) => ({ account, target: change.params['id'] ?? null, detail: detail(change) }),
  };
}

function ofScope(kind: string, detail: (change: Change) => string): Describe {
  return {
    after: (change) => ({
      account: change.params['account'] ?? null,
      target: `${kind}/${change.params['name'] ?? ''}`,
      detail: detail(change),
    }),
  };
}

const switched = ({ body }: Change): string => (body['enabled'] === true ? 'switched on' : 'switched off');

const created = ({ body, reply }: Change): string =>
  `webhook ${String((reply.body as { id?: string }).id)}, ${String(body['name'])}, ${String(body['event'])}`;

const bulk: Describe = {
  after: ({ body, reply }) => {
    // A dry run.
    if (reply.status !== 202) return null;
    const { id, matched } = reply.body as { id: string; matched: number };
    const filter = (body['filter'] ?? {}) as Record<string, unknown>;
    const reason = typeof body['reason'] === 'string' ? `; reason: ${body['reason']}` : '';
    return {
      account: typeof filter['account'] === 'string' ? filter['account'] : null,
      target: id,
      detail: `${matched} matched ${JSON.stringify(filter)}${reason}`,
    };
  },
};

const signIn: Describe = {
  after: ({ reply }) => ({
    account: null,
    target: null,
    detail: 'signed in',
    actorName: (reply.body as { name: string }).name,
  }),
};

/** Any other change: whose thing and which, as the path tells. */
const plain: Describe = {
  after: ({ params }) => ({
    account: params['account'] ?? null,
    target: params['id'] ?? params['name'] ?? null,
    detail: null,
  }),
};

/** Route → what is noted down; null: nothing, because it is data and no change. What is not here is noted down plainly. */
const CHANGES: Partial<Record<RouteId, Describe | null>> = {
  emitEvent: null,
  createSession: signIn,
  deleteSession: null,
  setApplication: ofScope('application', switched),
  setEnvironment: ofScope('environment', switched),
  createApplicationWebhook: ofScope('application', created),
  createEnvironmentWebhook: ofScope('environment', created),
  updateWebhook: ofWebhook(({ body }) => `changed ${fieldsOf(body)}`),
  deleteWebhook: ofWebhook(() => 'deleted'),
  rotateSecret: ofWebhook(() => 'a new secret'),
  testWebhook: ofWebhook(({ reply }) => `sent ${(reply.body as { eventId: string }).eventId}`),
  redeliver: {
    before: accountOfDelivery,
    after: ({ params }, account) => ({ account, target: params['id'] ?? null, detail: null }),
  },
  redriveDeadLetters: bulk,
  discardDeadLetters: bulk,
  setNotifications: {
    after: ({ params, body }) => ({
      account: params['account'] ?? null,
      target: 'notifications',
      detail: `set ${fieldsOf(body)}`,
    }),
  },
  createToken: {
    after: ({ reply }) => {
      const { id, name, roles, accounts } = reply.body as {
        id: string;
        name: string;
        roles: string[];
        accounts: string[] | null;
      };
      return {
        account: null,
        target: id,
        detail: `${name}: ${roles.join(', ')} for ${accounts?.join(', ') ?? 'all accounts'}`,
      };
    },
  },
  rekeySecrets: {
    after: ({ reply }) => ({
      account: null,
      target: null,
      detail: `${(reply.body as { resealed: number }).resealed} webhooks encrypted anew`,
    }),
  },
  revokeToken: {
    after: ({ params }) => ({ account: null, target: params['id'] ?? null, detail: 'revoked' }),
  },
};

/** What is noted down of a route; null: nothing. */
export function changeOf(id: RouteId): Describe | null {
  if (ROUTES[id].method === 'GET') return null;
  const known = CHANGES[id];
  return known === undefined ? plain : known;
}
