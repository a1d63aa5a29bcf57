/** How a command ends; `hooklane --help` says the same. */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  unreachable: 3,
  /** `--wait` or `--timeout` is over, or the event is in the spool: the answer is not there yet. */
  notYet: 4,
  /** Ctrl-C, as shells count it: 128 and SIGINT. */
  interrupted: 130,
} as const;

/** One of {@link EXIT}. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
