/** Emit the events of a pipeline to Hooklane. */
export type { EmittedEvent } from './accept-event.ts';
export type { Bound } from './coalescer.ts';
export { createProducer } from './producer.ts';
export type { Producer, ProducerOptions } from './producer.ts';
