/**
 * What arrives, as types. They are light on purpose: a receiver should read what it needs and live with the rest, so
 * all but what names a build or a deployment may be missing or null, and unknown fields pass.
 */

import { OPERATIONAL_EVENT_TYPES, isOperationalType, missingMember } from './operational-events.ts';
import type { OperationalBodies, OperationalEventType } from './operational-events.ts';

/** The four events, as the header `hooklane-event` names them. */
export const EVENT_TYPES = ['build.started', 'build.finished', 'deploy.started', 'deploy.finished'] as const;

/** One of {@link EVENT_TYPES}. */
export type EventType = (typeof EVENT_TYPES)[number];

type Text = string | null;

/** The commit that was built. */
export interface CommitBody {
  branch?: Text;
  commit_id?: Text;
  committer?: Text;
  date?: Text;
  msg?: Text;
  repo_name?: Text;
  repo_owner?: Text;
  url?: Text;
  [field: string]: unknown;
}

/** Body of `build.started` and `build.finished`. Finished covers success and failure alike: read `status`. */
export interface BuildBody {
  app_name: string;
  build_num: string | number;
  /** `Queued`, `Running`, `Success`, `Failed`, `TimedOut`, `Cancelled`, or another word. */
  status: string;
  api_url?: Text;
  cancelled_by?: Text;
  cancelling?: boolean | null;
  commit?: CommitBody | null;
  create_time?: Text;
  deployments?: string[] | null;
  end_time?: Text;
  html_url?: Text;
  release_url?: Text;
  release_version?: Text;
  start_time?: Text;
  [field: string]: unknown;
}

/** How many servers of a deployment are in which state. */
export interface ServersBody {
  done?: number | null;
  failed?: number | null;
  in_progress?: number | null;
  pending?: number | null;
  waiting?: number | null;
  [field: string]: unknown;
}

/** Body of `deploy.started` and `deploy.finished`. Finished covers success and failure alike: read the state. */
export interface DeployBody {
  app_name: string;
  env_name: string;
  deployment_id: string;
  /** `Pending`, `InProgress`, `Ok`, `Failed`, `Aborted`, or another word. */
  deployment_state: string;
  api_url?: Text;
  app_url?: Text;
  deployer?: Text;
  deployment_number?: string | number | null;
  deployment_time?: Text;
  /** `Deploy`, `Restart`, `Terminate`, or another word. */
  deployment_type?: Text;
  env_url?: Text;
  html_url?: Text;
  release_url?: Text;
  release_version?: Text;
  servers?: ServersBody | null;
  servers_url?: Text;
  /** Seconds. */
  stagger_delay?: string | number | null;
  stagger_size?: string | number | null;
  [field: string]: unknown;
}

/** What may arrive: an event of a pipeline, or an operational one at a notification URL. */
export type AnyEventType = EventType | OperationalEventType;

/** All of them. */
export const ALL_EVENT_TYPES: readonly AnyEventType[] = [...EVENT_TYPES, ...OPERATIONAL_EVENT_TYPES];

/** Which body an event has. */
export interface EventBodies extends OperationalBodies {
  'build.started': BuildBody;
  'build.finished': BuildBody;
  'deploy.started': DeployBody;
  'deploy.finished': DeployBody;
}

/** One try of one delivery, verified. */
export interface DeliveryOf<T extends AnyEventType> {
  type: T;
  /** The header `webhook-id`: the id of the event, the same on every try. Drop repeats by it. */
  id: string;
  /** The body. */
  event: EventBodies[T];
  /** The header `hooklane-delivery`: the id to search for in Hooklane. */
  deliveryId: string;
  /** The header `hooklane-attempt`: 1 for the first try. */
  attempt: number;
}

/** A delivery of any event; `type` tells which body `event` is. */
export type WebhookDelivery = { [T in AnyEventType]: DeliveryOf<T> }[AnyEventType];

/** Whether a header's value names an event. */
export function isEventType(value: string): value is AnyEventType {
  return (ALL_EVENT_TYPES as readonly string[]).includes(value);
}

/** The fields that a body must have, by the first word of its event's type: they also tell the two kinds apart. */
const IDENTITY = {
  build: ['app_name', 'build_num', 'status'],
  deploy: ['app_name', 'env_name', 'deployment_id', 'deployment_state'],
} as const;

/** The first field that the body of an event lacks, or null. Each is text; `build_num` may be a number. */
export function missingField(type: AnyEventType, body: Record<string, unknown>): string | null {
  if (isOperationalType(type)) return missingMember(type, body);
  const fields = type.startsWith('build.') ? IDENTITY.build : IDENTITY.deploy;
  const isThere = (field: string): boolean =>
    (typeof body[field] === 'string' && body[field] !== '') ||
    (field === 'build_num' && typeof body[field] === 'number');
  return fields.find((field) => !isThere(field)) ?? null;
}
