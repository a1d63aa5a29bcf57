/** How a command of several processes ends: by itself, by Ctrl-C, by an error. */

/** An option that cannot be used; the message says why. */
export class UsageError extends Error {}

/** What a command is. */
export interface Command {
  /** What it does. The signal comes with the first Ctrl-C: it shall then stop what runs, in order, and reject. */
  main: (signal: AbortSignal) => Promise<void>;
  /** Shown after a {@link UsageError}. */
  usage: string;
  /** A line for people, such as progress; not for what can be piped. */
  print: (line: string) => void;
}

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;
/** As a shell counts them: 128 and the number of the signal. */
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const;

/**
 * Runs a command to its end and sets the exit code: 2 and the usage for an option that cannot be used, 1 and what happened
 * for any other error, 130 or 143 when it was told to stop. A second Ctrl-C leaves at once: what was started with
 * `startProcess` ends with us.
 */
export async function runMain({ main, usage, print }: Command): Promise<void> {
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      process.exitCode = EXIT_CODES[name];
      if (stop.signal.aborted) process.exit();
      print(`${name}: stopping`);
      stop.abort(new Error(name));
    });
  }
  try {
    await main(stop.signal);
  } catch (error) {
    if (error instanceof UsageError) print(`${error.message}\n\n${usage}`);
    else if (!stop.signal.aborted) print(describe(error));
    process.exitCode ??= error instanceof UsageError ? EXIT_USAGE : EXIT_FAILED;
  }
}

/** The message, where it was thrown, and the same of its causes. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? '' : `\n  because: ${describe(error.cause)}`;
  return `${error.stack ?? error.message}${cause}`;
}
