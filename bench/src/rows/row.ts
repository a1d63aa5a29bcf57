/** What a row is, and what a measurement is given. */
import type { Receiver } from '../receiver/receiver.ts';

/** What one measurement found: key of a figure → value. What this machine does not tell is missing. */
export type Measured = Readonly<Record<string, number>>;

/** The units of figures. */
export type Unit =
  | 'deliveries/s'
  | 'ratio'
  | 'µs/delivery'
  | 'commands/delivery'
  | 'scripts/delivery'
  | 'bytes/delivery'
  | 'MiB';

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
  figures: readonly Figure[];
  /** Rows that it is compared with, by the first figure, when they are measured in the same run. */
  comparedWith: readonly string[];
  /** The most deliveries in a round. */
  most: number;
  /** It needs the receiver's HTTPS. */
  secure: boolean;
  /** Delivers about `deliveries`, from a fresh start. */
  measure(setting: Setting): Promise<Measured>;
}

/** What a measurement is given. */
export interface Setting {
  deliveries: number;
  receiver: Receiver;
  /** For the data of this row. */
  folder: string;
  /** Ends the measurement: it rejects. */
  signal: AbortSignal;
  /** Hears the version of the Redis that is used. */
  onRedis: (version: string) => void;
}
