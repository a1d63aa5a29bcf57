/** The nouns and pure rules of Hooklane. No I/O, no clock, no randomness of its own. */
export * from './event.ts';
