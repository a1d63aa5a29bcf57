/** How a program ends: in order, once, within a bound. */
import type { Logger } from './logger.ts';
import { withDeadline } from './with-deadline.ts';

/** One step of a shutdown. */
export interface ShutdownStep {
  /** For the log: `stop lanes`. */
  name: string;
  run(): Promise<void> | void;
}

/** What a shutdown needs. */
export interface ShutdownOptions {
  /** How long steps may wait for work in flight, ms; {@link SHUTDOWN_MARGIN_MS} is added for closing the rest. */
  graceMs: number;
  logger: Logger;
}

/** A program that will shut down when it is told to. */
export interface Shutdown {
  /** Shuts down as a signal would; for a program that ends by itself. The process exits. */
  begin(reason: string): void;
}

/** After the grace time this much is left for closing connections, ms. */
export const SHUTDOWN_MARGIN_MS = 5000;

/**
 * A terminal signals the whole group, and a package manager in between passes the signal on once more. So a repeat this
 * soon (ms) is taken for the same one.
 */
export const SAME_SIGNAL_MS = 500;

/**
 * On SIGTERM or SIGINT runs the steps in order, once, and exits: 0 when all went well, 1 when a step failed or the bound
 * (grace + margin) passed. A failed step does not keep the next ones from running. A second signal exits at once with 1.
 * An uncaught exception or unhandled rejection is logged and exits with 1 at once: delivery survives that by design.
 */
export function onShutdown(steps: readonly ShutdownStep[], options: ShutdownOptions): Shutdown {
  const { logger } = options;
  let begunAt: number | null = null;
  const begin = (reason: string): void => {
    if (begunAt === null) {
      begunAt = performance.now();
      logger.info({ reason, graceMs: options.graceMs }, 'shutting down');
      void runAll(steps, options).then((code) => process.exit(code));
    } else if (performance.now() - begunAt >= SAME_SIGNAL_MS) {
      logger.warn({ reason }, 'told twice to stop: exiting at once');
      process.exit(1);
    }
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, begin);
  for (const kind of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(kind, (error: unknown) => {
      logger.fatal(
        { err: error },
        kind === 'uncaughtException' ? 'uncaught exception' : 'unhandled rejection',
      );
      process.exit(1);
    });
  }
  return { begin };
}

/** The exit code. */
async function runAll(steps: readonly ShutdownStep[], options: ShutdownOptions): Promise<0 | 1> {
  const { logger, graceMs } = options;
  const startedAt = performance.now();
  const boundMs = graceMs + SHUTDOWN_MARGIN_MS;
  const progress = { current: '' };
  try {
    const allWell = await withDeadline(runSteps(steps, logger, progress), boundMs);
    logger.info({ durationMs: Math.round(performance.now() - startedAt) }, 'stopped');
    return allWell ? 0 : 1;
  } catch {
    logger.error({ step: progress.current, boundMs }, 'shutdown took too long: exiting');
    return 1;
  }
}

async function runSteps(
  steps: readonly ShutdownStep[],
  logger: Logger,
  progress: { current: string },
): Promise<boolean> {
  let allWell = true;
  for (const step of steps) {
    progress.current = step.name;
    try {
      await step.run();
    } catch (error) {
      allWell = false;
      logger.error({ err: error, step: step.name }, 'a shutdown step failed');
    }
  }
  return allWell;
}
