/** What a scripted receiver answers: steps per path, the last one repeats. */
import type { ReceivedRequest } from './request-log.ts';

/** An answer in full; everything has a default. */
export interface AnswerStep {
  /** Default 200. */
  status?: number;
  headers?: Record<string, string | string[]>;
  /** Default empty. */
  body?: string | Buffer;
  /** Wait before the status line, ms. Default 0. */
  delayMs?: number;
  /**
   * What comes after `body`. `end` (default): the answer is complete, with a content-length. `hang`: nothing more,
   * the socket stays open. `drip`: one byte per `intervalMs` for ever. `endless`: bytes as fast as they are read.
   */
  ending?: 'end' | 'hang' | 'drip' | 'endless';
  /** Between two bytes of a drip, ms. Default 20. */
  intervalMs?: number;
}

/** Exactly these bytes, then FIN. */
export interface RawStep {
  raw: string | Buffer;
  /** Wait before them, ms. Default 0. */
  delayMs?: number;
}

/**
 * One step of a script. A number: that status with an empty body. `reset`: the socket dies with RST once the
 * request was read. `close`: the same with FIN. `hang`: never an answer. `hang_after_headers`, `drip`, `endless`:
 * a 200 whose body never ends. `close_idle`: a 200 that promises keep-alive, but the socket dies with the next
 * request written to it, which is not recorded: the race of a keep-alive socket, without the luck. `{ raw }`:
 * see {@link RawStep}.
 */
export type Step = number | AnswerStep | RawStep | NamedStep;

/** The steps that are a word; see {@link Step}. */
export type NamedStep = 'reset' | 'close' | 'hang' | 'hang_after_headers' | 'drip' | 'endless' | 'close_idle';

/** Says for each request what to do: for an answer that depends on the event, or to keep a ledger. */
export type StepFor = (request: ReceivedRequest) => Step;

/** Path (without query) → its steps. `*` stands for every path that has none. */
export type Script = Record<string, Step | StepFor | readonly (Step | StepFor)[]>;

/** Walks through the steps of each path. */
export class ScriptReader {
  readonly #paths = new Map<string, { steps: readonly (Step | StepFor)[]; next: number }>();

  constructor(script: Script) {
    this.set('*', [200]);
    for (const [path, steps] of Object.entries(script)) {
      this.set(path, Array.isArray(steps) ? (steps as readonly Step[]) : [steps as Step | StepFor]);
    }
  }

  /** Replaces the steps of a path and starts them from the first. Needs at least one. */
  set(path: string, steps: readonly (Step | StepFor)[]): void {
    if (steps.length === 0) throw new Error(`The script of ${path} needs at least one step.`);
    this.#paths.set(path, { steps, next: 0 });
  }

  /** The step for a request. */
  next(request: ReceivedRequest): Step {
    const target = request.path;
    const query = target.indexOf('?');
    const entry = this.#paths.get(query === -1 ? target : target.slice(0, query)) ?? this.#paths.get('*');
    const step = entry?.steps[Math.min(entry.next, entry.steps.length - 1)];
    if (entry === undefined || step === undefined) throw new Error('unreachable: * always has a step');
    if (entry.next < entry.steps.length) entry.next += 1;
    return typeof step === 'function' ? step(request) : step;
  }
}
