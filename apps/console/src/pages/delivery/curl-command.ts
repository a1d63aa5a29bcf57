/** The request as a command for a shell. */
import type { ApiDeliveryDetail } from '@hooklane/client';

type SentRequest = NonNullable<ApiDeliveryDetail['request']>;

/** curl finds these by itself. */
const LEFT_OUT: ReadonlySet<string> = new Set(['content-length', 'host', 'connection']);

/** What was masked stays masked, and a comment says so: nobody can be us by copying. */
export function curlCommand({ method, url, headers, masked, body }: SentRequest): string {
  const lines = Object.entries(headers)
    .filter(([name]) => !LEFT_OUT.has(name.toLowerCase()))
    .map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`);
  const command = [`curl -X ${method} ${quoted(url)}`, ...lines, `--data-binary ${quoted(body)}`];
  return [...commentOn(masked), command.join(' \\\n  ')].join('\n');
}

/** Letters, commas and points only: some shells read a comment that is pasted as a command. */
function commentOn(masked: readonly string[]): string[] {
  if (masked.length === 0) return [];
  return [
    `# Masked here: ${masked.join(', ')}.`,
    '# A receiver that checks it refuses this copy. Redeliver sends the request signed.',
  ];
}

/** In single quotes a POSIX shell reads nothing but the quote itself. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
