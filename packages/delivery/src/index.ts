/** The way of an event: dispatch into lanes, and lanes to receivers. */
export { type DispatchDeps, type DispatchedAs, dispatchEvents } from './dispatch/dispatch-events.ts';
export { MergedDispatch } from './dispatch/merged-dispatch.ts';
export { type BreakerPolicy, DEFAULT_BREAKER_POLICY } from './lane/breaker.ts';
export { type ShownRequest, type ShownTry, showRequest } from './lane/show-request.ts';
export { LaneRunner, type LaneRunnerOptions } from './lane/lane-runner.ts';
export type { TryLimit } from './lane/ports.ts';
