/** What a failed call means to the person in front of it. */
import { ApiError } from '@hooklane/client';

/** A failure in words. */
export interface DescribedError {
  title: string;
  /** What is wrong and what to do next. */
  detail: string;
  /** For the log of the server; null when it never came that far. */
  requestId: string | null;
}

const TITLES: Readonly<Record<string, string>> = {
  unreachable: 'The server cannot be reached',
  timeout: 'The server did not answer in time',
  unexpected_answer: 'The answer is not one of Hooklane’s',
  redis_unavailable: 'Redis cannot be reached',
  not_found: 'There is no such thing',
  too_many_requests: 'Too many requests',
  internal_error: 'Something broke on the server',
};

const ADVICE: Readonly<Record<string, string>> = {
  unreachable: 'Check that the server runs and that this machine reaches it, then try again.',
  timeout: 'It may be busy. Try again in a moment.',
  unexpected_answer: 'A proxy may have answered instead, or the server has another version. Reload the page.',
  redis_unavailable:
    'The server runs, but Redis does not answer it. Nothing accepted is lost; try again soon.',
};

/** Words for anything that was thrown. */
export function describeError(error: unknown): DescribedError {
  if (!(error instanceof ApiError)) {
    const detail = error instanceof Error ? error.message : String(error);
    return {
      title: 'Something broke on this page',
      detail: `${detail}. Reload the page to go on.`,
      requestId: null,
    };
  }
  return {
    title: TITLES[error.code] ?? 'The server refused it',
    detail: ADVICE[error.code] ?? error.message,
    requestId: error.requestId,
  };
}

/** Field → what is wrong with it, of an answer such as 422 or 409. Empty when no field is at fault. */
export function fieldErrors(error: unknown): Readonly<Record<string, string>> {
  if (!(error instanceof ApiError)) return {};
  const issues = [...error.issues];
  if (issues.length === 0 && error.field !== undefined) {
    issues.push({ field: error.field, message: error.message });
  }
  return Object.fromEntries(
    issues.map(({ field, message }) => [field.replace(/^(body|query)\./, ''), sentence(message)]),
  );
}

function sentence(text: string): string {
  const [first = '', ...rest] = text;
  const capital = first.toUpperCase() + rest.join('');
  return /[.!?]$/.test(capital) ? capital : `${capital}.`;
}
