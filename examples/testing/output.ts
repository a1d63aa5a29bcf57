/** The output of an example, line by line. */

/** Collects lines, and finds the address in them. */
export interface Output {
  readonly lines: readonly string[];
  add(line: string): void;
  /** The address that the example listens on. Throws while it has not said so. */
  address(): string;
}

/** An empty one. */
export function createOutput(): Output {
  const lines: string[] = [];
  return {
    lines,
    add: (line) => lines.push(line),
    address: () => {
      const address = lines.map((line) => /^listening on (\S+)$/.exec(line)?.[1]).find(Boolean);
      if (address === undefined) throw new Error(`It does not listen yet; it said:\n${lines.join('\n')}`);
      return address;
    },
  };
}
