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
    serializers: { err: pino.stdSerializers.err, error: pino.stdSerializers.err },
    redact: { paths: REDACTED, censor: '***' },
  };
  return pino(config, options.destination ?? pino.destination({ dest: 1, sync: true }));
}
