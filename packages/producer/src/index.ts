/** Emit the events of a pipeline to Hooklane. */
export { acceptEvent } from './accept-event.ts';
export type { AcceptanceSources, EmittedEvent, SizedEvent, Tick } from './accept-event.ts';
export type { Bound } from './coalescer.ts';
export { eventSources } from './event-clock.ts';
export { createProducer } from './producer.ts';
export type { Emitted, Producer, ProducerOptions } from './producer.ts';
export type { SpoolDamage } from './spool/segment-reader.ts';
export { openSpool } from './spool/spool.ts';
export type { ReplayOptions, ReplayResult, Spool, SpoolOptions, SpoolSize } from './spool/spool.ts';
