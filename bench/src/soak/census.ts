/** How many objects of a class a process holds, as it writes them down itself when it is told to. */
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { waitUntil } from '@hooklane/local';

/** What a process must be started with so that {@link takeCensus} can ask it: `NODE_OPTIONS`. */
export function censusOptions(folder: string): string {
  return `--heapsnapshot-signal=SIGUSR2 --diagnostic-dir=${folder}`;
}

const TIMEOUT_MS = 120_000;

/** The part of the format of V8's heap snapshots that is needed here. */
interface Snapshot {
  snapshot: { meta: { node_fields: string[]; node_types: [string[], ...unknown[]] } };
  nodes: number[];
  strings: string[];
}

/** Objects by the name of their class. Rejects when the process does not write within two minutes. */
export async function takeCensus(pid: number, folder: string): Promise<ReadonlyMap<string, number>> {
  process.kill(pid, 'SIGUSR2');
  let census: ReadonlyMap<string, number> | null = null;
  const isWritten = async (): Promise<boolean> => (census = await readCensus(folder)) !== null;
  await waitUntil(isWritten, { timeoutMs: TIMEOUT_MS, everyMs: 500 });
  if (census === null) throw new Error(`The process ${pid} wrote no heap snapshot within two minutes.`);
  return census;
}

/** null: it is not there yet, or not whole. */
async function readCensus(folder: string): Promise<ReadonlyMap<string, number> | null> {
  const name = (await readdir(folder)).find((file) => file.endsWith('.heapsnapshot'));
  if (name === undefined) return null;
  const text = await readFile(join(folder, name), 'utf8');
  if (!text.trimEnd().endsWith('}')) return null;
  return count(JSON.parse(text) as Snapshot);
}

function count({ snapshot, nodes, strings }: Snapshot): ReadonlyMap<string, number> {
  const fields = snapshot.meta.node_fields;
  const [typeAt, nameAt] = [fields.indexOf('type'), fields.indexOf('name')];
  const objectType = snapshot.meta.node_types[0].indexOf('object');
  const counts = new Map<string, number>();
  for (let at = 0; at < nodes.length; at += fields.length) {
    if (nodes[at + typeAt] !== objectType) continue;
    const name = strings[nodes[at + nameAt] ?? 0] ?? '';
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}
