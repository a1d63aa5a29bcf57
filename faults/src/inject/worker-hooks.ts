/**
 * Loaded into a worker by `--import`. At each SIGUSR2 it does the next step of `HOOKLANE_FAULT_STEPS`: `block 20000` stops the
 * event loop for so many ms, `clock 3600000` sets the clock of the process that much ahead.
 */
import process from 'node:process';

const steps = (process.env['HOOKLANE_FAULT_STEPS'] ?? '').split(',').filter((step) => step !== '');
let offsetMs = 0;

globalThis.Date = new Proxy(Date, {
  construct: (real, args: [number?]) =>
    args.length === 0 ? new real(real.now() + offsetMs) : new real(...(args as [number])),
  apply: (real) => new real(real.now() + offsetMs).toString(),
  get: (real, key) => (key === 'now' ? () => real.now() + offsetMs : (Reflect.get(real, key) as unknown)),
});

process.on('SIGUSR2', () => {
  const [what, ms] = (steps.shift() ?? '').split(' ');
  if (what === 'clock') offsetMs = Number(ms);
  if (what === 'block') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Number(ms));
});
