/** What a row is, and what a measurement is given. */
import type { Receiver } from '../receiver/receiver.ts';

/** What one measurement found: key of a figure → value. What this machine does not tell is missing. */
export type Measured = Readonly<Record<string, number>>;

/** The units of figures. */
export type Unit =
  | 'deliveries/s'
  | 'events/s'
  | 'commands/s'
  | 'ratio'
  | 'ms'
  | 's'
  | 'µs/delivery'
  | 'µs/event'
  | 'commands/delivery'
  | 'commands/event'
  | 'scripts/delivery'
  | 'bytes/delivery'
  | 'MiB';

/** Rows of a group have the same figures. */
export type Group = 'throughput' | 'latency' | 'producer' | 'outage';

/** Something that is measured of a row. */
export interface Figure {
  /** In {@link Measured}. */
  key: string;
  /** Behind the name of the row in the result; empty for the one that the row is named after. */
  label: string;
  unit: Unit;
}

/** One thing to measure. */
export interface Row {
  name: string;
  group: Group;
  figures: readonly Figure[];
  /** Rows that it is compared with, by the first figure, when they are measured in the same run. */
  comparedWith: readonly string[];
  /** The most deliveries in a round; null: time alone says how long it is measured. */
  most: number | null;
  /** It needs the receiver's HTTPS. */
  secure: boolean;
  /** Delivers about `deliveries`, or works for about `seconds`, from a fresh start. */
  measure(setting: Setting): Promise<Measured>;
}

/** What a measurement is given. */
export interface Setting {
  deliveries: number;
  seconds: number;
  /** What `--count` says: rows that need no count make themselves as short as that suggests; null: it says nothing. */
  count: number | null;
  /** Counted from 1; 0: the trial. */
  round: number;
  receiver: Receiver;
  /** For the data of this row. */
  folder: string;
  /** Ends the measurement: it rejects. */
  signal: AbortSignal;
  /** Hears the version of the Redis that is used. */
  onRedis: (version: string) => void;
}
