import type { ApiAttempt } from '@hooklane/client';
import { Section } from '../../ui/card.tsx';
import { CodeBlock, prettyJson } from '../../ui/code-block.tsx';
import { HeaderList } from '../../ui/header-list.tsx';
import { OUTCOME_LABELS } from '../../ui/status-badge.tsx';
import { duration } from '../../ui/time-text.ts';

/** What came back on one try. */
export function ResponsePanel({ attempt }: { attempt: ApiAttempt }) {
  const { number, outcome, statusCode, durationMs, error, response } = attempt;
  const title = `Response to try ${number}`;
  return (
    <Section
      title={title}
      subtitle={`${statusCode ?? OUTCOME_LABELS[outcome]} after ${duration(durationMs)}`}
    >
      <div className="grid gap-4 p-4">
        {error !== null && (
          <p className="rounded-md bg-bad-soft px-3 py-2 text-bad">
            {error.message} <span className="font-mono text-xs">({error.code})</span>
          </p>
        )}
        {response === null ? (
          <p className="text-ink-2">{whyNone(attempt)}</p>
        ) : (
          <>
            <HeaderList headers={response.headers} label="Response headers" />
            {response.body === '' ? (
              <p className="text-ink-2">The body was empty.</p>
            ) : (
              <CodeBlock text={prettyJson(response.body)} label="Response body" />
            )}
            {response.truncated && (
              <p className="text-sm text-ink-3">The body went on; only its beginning is kept.</p>
            )}
          </>
        )}
      </div>
    </Section>
  );
}

function whyNone({ outcome, statusCode }: ApiAttempt): string {
  if (outcome === 'ok') return 'It succeeded; headers and body are kept for failures and tests only.';
  return statusCode === null ? 'No answer came.' : 'Headers and body of this answer are not kept.';
}
