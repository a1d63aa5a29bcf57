/** Keeps a few processes running, joins their logs, and stops them in order. */
import { setTimeout as sleep } from 'node:timers/promises';
import { formatLine } from './format-line.ts';
import type { LineStyle } from './format-line.ts';
import { startProcess } from './start-process.ts';
import type { ProcessEnd, ProcessSpec, RunningProcess } from './start-process.ts';

/** What a supervisor needs. */
export interface SupervisorOptions {
  /** Gets complete lines, without their end. */
  print: (line: string) => void;
  /** A colour for each process. */
  color: boolean;
  /** Called once, when a process died and is not started again. */
  onGiveUp: (message: string) => void;
  /** Before the first restart; it doubles with each. 500 ms when missing. */
  backoffMs?: number;
}

/** Some processes under one roof. */
export interface Supervisor {
  /** Starts a process. Rejects when the program cannot be started. */
  start(spec: Omit<ProcessSpec, 'onLine'>): Promise<void>;
  /** From now on one that dies is started again; before, its death is the end: it never was well. */
  restartFromNow(): void;
  /** Prints a line of our own between those of the processes. */
  note(text: string): void;
  /** Stops one after the other in the order in which they were started; each has `graceMs` before SIGKILL. */
  stopAll(graceMs: number): Promise<void>;
  /** SIGKILL to all. */
  killAll(): Promise<void>;
  /** Ids of the processes that run now. */
  pids(): number[];
}

/** Restarts in a row before we give up. */
const MAX_RESTARTS = 5;

/** One that lived this long was well: its restarts are forgotten, ms. */
const WELL_AFTER_MS = 60_000;

const COLORS = [36, 35, 32, 34];
const NAME_WIDTH = 8;
const OWN_NAME = 'hooklane';

interface Member {
  spec: ProcessSpec;
  running: RunningProcess | null;
  restarts: number;
  /** Resolves when nothing of it is left and it is not started again. */
  watched: Promise<void>;
}

/** The state of one supervisor. */
interface House {
  options: SupervisorOptions;
  members: Member[];
  restarting: boolean;
  stopping: AbortController;
  gaveUp: boolean;
}

/** An empty supervisor. */
export function createSupervisor(options: SupervisorOptions): Supervisor {
  const house: House = {
    options,
    members: [],
    restarting: false,
    stopping: new AbortController(),
    gaveUp: false,
  };
  return {
    start: (spec) => addMember(house, spec),
    restartFromNow: () => {
      house.restarting = true;
    },
    note: (text) => note(house, text),
    stopAll: async (graceMs) => {
      house.stopping.abort();
      for (const member of house.members) {
        await member.running?.stop(graceMs);
        await member.watched;
      }
    },
    killAll: async () => {
      house.stopping.abort();
      await Promise.all(house.members.map(async (member) => member.running?.kill9()));
    },
    pids: () => house.members.flatMap((member) => (member.running === null ? [] : [member.running.pid])),
  };
}

async function addMember(house: House, spec: ProcessSpec): Promise<void> {
  const color = house.options.color ? (COLORS[house.members.length % COLORS.length] ?? null) : null;
  const style: LineStyle = { name: spec.name, width: NAME_WIDTH, color };
  const onLine = (line: string): void => formatLine(style, line).forEach(house.options.print);
  const member: Member = {
    spec: { ...spec, onLine },
    running: null,
    restarts: 0,
    watched: Promise.resolve(),
  };
  member.running = await startProcess(member.spec);
  house.members.push(member);
  member.watched = watch(house, member).catch((error: unknown) => giveUp(house, String(error)));
}

/** Lives as long as the member: waits for its end, starts it again while that is wanted. */
async function watch(house: House, member: Member): Promise<void> {
  while (member.running !== null) {
    const startedAt = performance.now();
    const end = await member.running.ended;
    member.running = null;
    if (house.stopping.signal.aborted) return;
    const died = `${member.spec.name} ended by itself (${describe(end)})`;
    if (performance.now() - startedAt >= WELL_AFTER_MS) member.restarts = 0;
    if (!house.restarting) return giveUp(house, `${died}.`);
    if (member.restarts >= MAX_RESTARTS) {
      return giveUp(house, `${died} after ${MAX_RESTARTS} restarts: giving up.`);
    }
    const delayMs = (house.options.backoffMs ?? 500) * 2 ** member.restarts;
    member.restarts += 1;
    note(house, `${died}; starting it again in ${delayMs / 1000} s.`);
    if (!(await pause(delayMs, house.stopping.signal))) return;
    await restart(house, member);
  }
}

async function restart(house: House, member: Member): Promise<void> {
  const running = await startProcess(member.spec);
  member.running = running;
  // A stop that came while it was starting has not seen it.
  if (house.stopping.signal.aborted) await running.stop(0);
}

/** False when it was cut short. */
function pause(ms: number, cut: AbortSignal): Promise<boolean> {
  return sleep(ms, true, { signal: cut }).catch(() => false);
}

function giveUp(house: House, message: string): void {
  if (house.gaveUp) return;
  house.gaveUp = true;
  house.options.onGiveUp(message);
}

function note(house: House, text: string): void {
  const style: LineStyle = { name: OWN_NAME, width: NAME_WIDTH, color: house.options.color ? 1 : null };
  for (const line of text.split('\n')) formatLine(style, line).forEach(house.options.print);
}

function describe(end: ProcessEnd): string {
  return end.signal === null ? `exit code ${end.code ?? 'unknown'}` : end.signal;
}
