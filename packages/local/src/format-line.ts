/** Makes the log of a process readable: `12:34:56 worker  message key=value`. */

/** How lines of one process look. */
export interface LineStyle {
  name: string;
  /** The name is padded to this many characters. */
  width: number;
  /** An SGR code of the terminal for the name, such as 36; null: no colours at all. */
  color: number | null;
}

interface LogRecord {
  [field: string]: unknown;
}

const LEVEL_NAMES: Readonly<Record<number, string>> = {
  10: 'trace',
  20: 'debug',
  30: 'info',
  40: 'warn',
  50: 'error',
  60: 'fatal',
};
const LEVEL_COLORS: Readonly<Record<string, number>> = {
  warn: 33,
  error: 31,
  fatal: 31,
  debug: 90,
  trace: 90,
};

/** Shown in places of their own, or known from the name. */
const OWN_PLACE = new Set(['level', 'time', 'pid', 'name', 'hostname', 'msg', 'err', 'error', 'v']);
const MAX_VALUE_CHARS = 200;
const MAX_STACK_LINES = 12;

/** One line of a process as lines for the screen: JSON of pino in columns, anything else as it is behind the name. */
export function formatLine(style: LineStyle, line: string): string[] {
  const record = parseRecord(line);
  const label = paint(style, style.color, style.name.padEnd(style.width));
  if (record === null) return [`${timeOf(new Date())} ${label}  ${printable(line)}`];
  const level = levelOf(record);
  const shownLevel = level === 'info' ? '' : `${paint(style, LEVEL_COLORS[level], level.toUpperCase())} `;
  const head = `${timeOf(new Date(String(record['time'])))} ${label}  ${shownLevel}`;
  const error = errorOf(record);
  const parts = [messageOf(record), ...fieldsOf(record), ...error.fields];
  const text = parts.filter((part) => part !== '').join(' ');
  return [head + text, ...error.stack.map((frame) => `${' '.repeat(11 + style.width)}${printable(frame)}`)];
}

function parseRecord(line: string): LogRecord | null {
  if (!line.startsWith('{')) return null;
  try {
    const value = JSON.parse(line) as LogRecord;
    return 'level' in value && 'time' in value ? value : null;
  } catch {
    return null;
  }
}

function levelOf(record: LogRecord): string {
  const { level } = record;
  return typeof level === 'number' ? (LEVEL_NAMES[level] ?? String(level)) : printable(String(level));
}

function timeOf(time: Date): string {
  const known = Number.isNaN(time.getTime()) ? new Date() : time;
  return [known.getHours(), known.getMinutes(), known.getSeconds()]
    .map((n) => String(n).padStart(2, '0'))
    .join(':');
}

function messageOf({ msg }: LogRecord): string {
  if (msg === undefined) return '';
  return typeof msg === 'string' ? printable(msg) : shownValue(msg);
}

function fieldsOf(record: LogRecord): string[] {
  return Object.entries(record)
    .filter(([field]) => !OWN_PLACE.has(field))
    .map(([field, value]) => `${printable(field)}=${shownValue(value)}`);
}

function shownValue(value: unknown): string {
  const plain = typeof value === 'string' && /^[\w.:/@%+-]+$/.test(value);
  const text = plain ? value : (JSON.stringify(value) ?? 'undefined');
  return printable(text.length > MAX_VALUE_CHARS ? `${text.slice(0, MAX_VALUE_CHARS)}…` : text);
}

function errorOf(record: LogRecord): { fields: string[]; stack: string[] } {
  const error = record['err'] ?? record['error'];
  if (typeof error !== 'object' || error === null) {
    return { fields: error === undefined ? [] : [`error=${shownValue(error)}`], stack: [] };
  }
  const { message, stack } = error as { message?: unknown; stack?: unknown };
  const frames = typeof stack === 'string' ? stack.split('\n').slice(0, MAX_STACK_LINES) : [];
  return { fields: message === record['msg'] ? [] : [`error=${shownValue(message)}`], stack: frames };
}

/** What a process logs can come from outside: no control character of it may reach the terminal. */
function printable(text: string): string {
  return text.replace(/(?!\t)[\p{Cc}\u2028-\u202e\u2066-\u2069]/gu, '\u00b7');
}

function paint(style: LineStyle, code: number | null | undefined, text: string): string {
  return style.color === null || code === null || code === undefined
    ? text
    : `\u001b[${code}m${text}\u001b[0m`;
}
