/** The failed tries of a webhook since its last success, as `settle` counts them: lua/follow_streak. */
import type { FailingStreak, Settlement, StreakStep } from '@hooklane/core';

/** What a settle call says of the streak: to be told, and which streak it is. */
export interface StreakNews extends FailingStreak {
  step: StreakStep;
}

/** One word on a batch: a success breaks a streak whatever failed beside it; what was our fault is not in it. */
export function verdictOf(settlements: readonly Settlement[]): '' | 'ok' | number {
  let failed = 0;
  for (const { attempt } of settlements) {
    if (attempt?.outcome === 'ok') return 'ok';
    if (attempt?.fault === 'receiver' || attempt?.fault === 'network') failed += 1;
  }
  return failed === 0 ? '' : failed;
}

/** Reads what the script says; null: nothing to tell. */
export function readStreakNews(step: string, text: string): StreakNews | null {
  if (step === '') return null;
  const [since, , failingMs, tries] = text.split('|');
  return {
    step: step as StreakStep,
    since: Number(since),
    failingMs: Number(failingMs),
    tries: Number(tries),
  };
}
