/** Log lines: one JSON object each, on stdout. Making them pretty is the launcher's business. */
import { pino } from 'pino';
import type { DestinationStream, Logger as PinoLogger } from 'pino';
import type { LogLevel } from './settings.ts';

/** What programs log with. */
export type Logger = PinoLogger;

/** What a logger is made of. */
export interface LoggerOptions {
  /** The program: `worker`, `server`. */
  name: string;
  level: LogLevel;
  /** Where lines go; stdout when missing. */
  destination?: DestinationStream;
}

const SECRET_FIELDS = [
  'token',
  'apiToken',
  'secret',
  'previousSecret',
  'secretKey',
  'password',
  'authorization',
  'cookie',
];

/** The fields of {@link SECRET_FIELDS} at the top and up to two levels below it. */
const REDACTED = SECRET_FIELDS.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]);

/** What an error may say beside its message: words and numbers of the system, never what somebody passed in. */
const SHOWN_FIELDS = [
  'code',
  'field',
  'errno',
  'syscall',
  'hostname',
  'address',
  'port',
  'statusCode',
] as const;

const MOST_CAUSES = 5;

/**
 * An error as the log shows it: only fields that are known to be harmless. Client libraries hang what they were given on their
 * errors: ioredis the command with its arguments, so AUTH with its password.
 */
function showError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return typeof error === 'object' ? '[not an error]' : error;
  const fields = error as Partial<Record<(typeof SHOWN_FIELDS)[number], unknown>>;
  const known = SHOWN_FIELDS.flatMap((name) => {
    const value = fields[name];
    return typeof value === 'string' || typeof value === 'number' ? [[name, value] as const] : [];
  });
  const causes = error instanceof AggregateError ? error.errors.slice(0, MOST_CAUSES) : [];
  const next = depth >= MOST_CAUSES ? undefined : error.cause;
  return {
    type: error.name,
    message: error.message,
    stack: error.stack,
    ...Object.fromEntries(known),
    ...(next === undefined ? {} : { cause: showError(next, depth + 1) }),
    ...(causes.length === 0 ? {} : { errors: causes.map((one) => showError(one, MOST_CAUSES)) }),
  };
}

/**
 * A logger that writes JSON lines with ISO times and named levels, and hides secrets by the names of their fields.
 * Writes are synchronous, so the last line before an exit is not lost.
 */
export function createLogger(options: LoggerOptions): Logger {
  const config = {
    name: options.name,
    level: options.level,
    base: { pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { err: showError, error: showError },
    redact: { paths: REDACTED, censor: '***' },
  };
  return pino(config, options.destination ?? pino.destination({ dest: 1, sync: true }));
}
