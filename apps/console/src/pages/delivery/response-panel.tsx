import type { ApiAttempt } from '@hooklane/client';
import { Section } from '../../ui/card.tsx';
import { CodeBlock, prettyJson } from '../../ui/code-block.tsx';
import { HeaderList } from '../../ui/header-list.tsx';
import { OUTCOME_LABELS } from '../../ui/status-badge.tsx';
import { duration } from '../../ui/time-text.ts';

/** What came back on one try. */
export function ResponsePanel({ attempt }: { attempt: ApiAttempt }) {
  const { number, outcome, statusCode, durationMs, error } = attempt;
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
        <Answer attempt={attempt} />
      </div>
    </Section>
  );
}

function Answer({ attempt }: { attempt: ApiAttempt }) {
  const { response } = attempt;
  const why = whyNone(attempt);
  if (response === null || why !== null) return <p className="text-ink-2">{why}</p>;
  return (
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
  );
}

/** Why there is neither header nor body to show; null when there is. */
function whyNone({ outcome, statusCode, response }: ApiAttempt): string | null {
  if (response === null) {
    if (outcome === 'ok')
      return 'It succeeded. The response body of a success is not kept, nor are its headers: those of failures and of test sends are.';
    return statusCode === null ? 'No answer came.' : 'Headers and body of this answer are not kept.';
  }
  // As a store that is short of memory writes it.
  const isShed = response.truncated && response.body === '' && Object.keys(response.headers).length === 0;
  return isShed ? 'Headers and body of this answer were not kept, because Redis was short of memory.' : null;
}
