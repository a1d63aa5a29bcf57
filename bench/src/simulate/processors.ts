/** The cores of a machine and the programs on them. Each program does one thing at a time; all share the cores evenly. */

/** A program: it works through its tasks in turn. */
interface Program {
  tasks: Task[];
  /** In `tasks`: what is before it is done. */
  at: number;
  /** Of the task that it works on, µs of processor time. */
  left: number;
  /** µs of processor time so far. */
  busy: number;
}

interface Task {
  cost: number;
  whenDone: () => void;
}

/** What is known of the machine. */
export interface Machine {
  cores: number;
  /** 0 to 1: what other work leaves of each core. */
  share: number;
}

/** Runs tasks on processors that it is given, in simulated time. Time is µs from 0. */
export class Processors {
  readonly #programs = new Map<string, Program>();
  readonly #busy = new Set<Program>();
  readonly #timers: { at: number; call: () => void }[] = [];
  readonly #machine: Machine;
  #now = 0;

  constructor(machine: Machine) {
    this.#machine = machine;
  }

  get now(): number {
    return this.#now;
  }

  /** µs of processor time that a program has used. */
  used(name: string): number {
    return this.#programs.get(name)?.busy ?? 0;
  }

  isBusy(name: string): boolean {
    const program = this.#programs.get(name);
    return program !== undefined && this.#busy.has(program);
  }

  /** Gives a program a task of so many µs; `whenDone` is called in the end. */
  run(name: string, cost: number, whenDone: () => void): void {
    const program = this.#programs.get(name) ?? { tasks: [], at: 0, left: 0, busy: 0 };
    this.#programs.set(name, program);
    program.tasks.push({ cost, whenDone });
    if (this.#busy.has(program)) return;
    program.left = cost;
    this.#busy.add(program);
  }

  /** Calls at a time. Times are given in rising order. */
  at(time: number, call: () => void): void {
    this.#timers.push({ at: time, call });
  }

  /** Goes on until nothing is left to do. */
  finish(): void {
    let timer = 0;
    for (;;) {
      const speed = this.#machine.share * Math.min(1, this.#machine.cores / this.#busy.size) || 0;
      let next: Program | null = null;
      for (const program of this.#busy) if (next === null || program.left < next.left) next = program;
      const doneAt = next === null ? Infinity : this.#now + next.left / speed;
      const timerAt = this.#timers[timer]?.at ?? Infinity;
      if (doneAt === Infinity && timerAt === Infinity) return;
      this.#advance(Math.min(doneAt, timerAt), speed);
      if (timerAt <= doneAt) this.#timers[timer++]?.call();
      else if (next !== null) this.#complete(next);
    }
  }

  #advance(to: number, speed: number): void {
    const work = (to - this.#now) * speed;
    for (const program of this.#busy) {
      program.left -= work;
      program.busy += work;
    }
    this.#now = to;
  }

  #complete(program: Program): void {
    const done = program.tasks[program.at];
    program.at += 1;
    const next = program.tasks[program.at];
    if (next === undefined) {
      program.tasks = [];
      program.at = 0;
      this.#busy.delete(program);
    } else program.left = next.cost;
    done?.whenDone();
  }
}
