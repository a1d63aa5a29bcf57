/** How the house is doing, and what to do about it: for people who operate it. */
import { z } from 'zod';
import { scope, time } from './fields.ts';
import type { Route } from './route.ts';

/** What a worker says of itself. */
export const workerSchema = z.object({
  id: z.string(),
  host: z.string(),
  version: z.string(),
  startedAt: time,
  seenAt: time,
  lanesRunning: z.int(),
  triesInFlight: z.int(),
  shards: z.array(z.int()).meta({ description: 'The shards that it serves.' }),
});

/** A lane whose endpoint is down. */
export const openLaneSchema = z.object({
  webhookId: z.string(),
  name: z.string(),
  account: z.string(),
  scope,
  faults: z.int().meta({ description: 'Faults in a row.' }),
  nextProbeAt: time.nullable(),
});

const rateSchema = z.object({
  minute: time,
  accepted: z.int(),
  delivered: z.int(),
  failed: z.int(),
  dead: z.int(),
});

/** What status and overview both tell. */
export const statusPieces = {
  lanes: z.object({ total: z.int(), open: z.int(), slow: z.int() }),
  backlog: z.object({
    waiting: z.int().meta({ description: 'Deliveries that are owed.' }),
    oldestDueAgeMs: z.number().nullable().meta({ description: 'For how long the oldest one is due.' }),
  }),
  deadLetters: z.int().meta({ description: 'Open ones.' }),
};

/** Everything at a glance. */
const statusSchema = z
  .object({
    version: z.string().meta({ description: 'Of the server.' }),
    now: time,
    redis: z.object({
      ok: z.boolean(),
      version: z.string().nullable(),
      problems: z.array(z.string()).meta({ description: 'Sentences for an operator.' }),
      memory: z.object({
        usedBytes: z.number(),
        budgetBytes: z.number().meta({ description: 'HOOKLANE_REDIS_BUDGET, else maxmemory; 0: no bound.' }),
        level: z.enum(['ok', 'shed', 'refuse']).meta({
          description: 'shed: answers of receivers are not kept. refuse: new events are refused as well.',
        }),
      }),
    }),
    workers: z.array(workerSchema).meta({ description: 'Those that were seen lately.' }),
    shards: z
      .object({
        total: z.int().meta({ description: 'HOOKLANE_SHARDS.' }),
        unserved: z.array(z.int()).meta({ description: 'Those that no worker serves.' }),
      })
      .optional()
      .meta({ description: 'Servers of a version without shards leave it out.' }),
    openLanes: z.array(openLaneSchema).meta({ description: 'At most 100 of them.' }),
    ...statusPieces,
    openNotices: z.int().meta({ description: 'Notices that nobody has acknowledged.' }),
    rates: z.array(rateSchema).meta({ description: 'Minute by minute, the oldest first: the last 15.' }),
  })
  .meta({ id: 'Status' });

/** What the server found about itself. */
const doctorSchema = z
  .object({
    findings: z.array(
      z.object({
        check: z.string(),
        level: z.enum(['ok', 'warning', 'error']),
        message: z.string(),
        advice: z.string().nullable().meta({ description: 'What to do; null when nothing is.' }),
      }),
    ),
    checkedAt: time,
  })
  .meta({ id: 'Doctor' });

/** The routes for operators. */
export const STATUS_ROUTES = {
  getStatus: {
    method: 'GET',
    path: '/v1/status',
    summary: 'Workers, lanes, backlog and rates',
    tag: 'Operations',
    responses: { 200: statusSchema },
    errors: [],
  },
  getDoctor: {
    method: 'GET',
    path: '/v1/doctor',
    summary: 'What is wrong, and what to do',
    tag: 'Operations',
    responses: { 200: doctorSchema },
    errors: [],
  },
} as const satisfies Record<string, Route>;

/** Everything at a glance, as the API gives it. */
export type ApiStatus = z.infer<typeof statusSchema>;

/** What the server found about itself, as the API gives it. */
export type ApiDoctor = z.infer<typeof doctorSchema>;
