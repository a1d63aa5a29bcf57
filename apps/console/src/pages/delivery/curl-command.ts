/** The request as a command for a shell. */
import type { ApiDeliveryDetail } from '@hooklane/client';

type SentRequest = NonNullable<ApiDeliveryDetail['request']>;

/** curl finds these by itself. */
const LEFT_OUT: ReadonlySet<string> = new Set(['content-length', 'host', 'connection']);

/** What was masked stays masked: nobody can be us by copying. */
export function curlCommand({ method, url, headers, body }: SentRequest): string {
  const lines = Object.entries(headers)
    .filter(([name]) => !LEFT_OUT.has(name.toLowerCase()))
    .map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`);
  return [`curl -X ${method} ${quoted(url)}`, ...lines, `--data-binary ${quoted(body)}`].join(' \\\n  ');
}

/** In single quotes a POSIX shell reads nothing but the quote itself. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
