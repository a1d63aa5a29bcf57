/** Writes a result into the docs and keeps it as the recorded one. */
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { throughputChart } from '../chart/throughput-chart.ts';
import { formatReport } from '../table.ts';
import { MEASURED_FILE } from './measured.ts';
import type { Measured } from './measured.ts';

const DOCS = fileURLToPath(new URL('../../../docs/', import.meta.url));
const [BEGIN, END] = ['<!-- result -->', '<!-- end of the result -->'];

/** What the simulation makes of it. */
export interface Simulated {
  /** Its output as text. */
  text: string;
  svg: string;
}

/** Rejects when a page has no place for a result. */
export async function publish(measured: Measured, simulated: Simulated): Promise<void> {
  const { machine, versions, date } = measured;
  const commit = measured.commit ?? 'unknown';
  const about = [
    `Measured ${date.slice(0, 10)}, commit ${commit}: ${machine.cores} cores (${machine.cpu}), ${machine.memoryGiB} GiB, ${machine.system};`,
    `Hooklane ${versions['hooklane']}, Node ${versions['node']}, Redis ${versions['redis']}, BullMQ ${versions['bullmq']}, undici ${versions['undici']}.`,
  ].join(' ');
  await fill('benchmark.md', `${about}\n\n${fenced(formatReport(measured.rows))}`);
  await fill(
    'capacity.md',
    `From the result of ${date.slice(0, 10)}, commit ${commit}:\n\n${fenced(simulated.text)}`,
  );
  await writeFile(`${DOCS}images/benchmark.svg`, throughputChart(measured));
  await writeFile(`${DOCS}images/capacity.svg`, simulated.svg);
  await writeFile(MEASURED_FILE, `${JSON.stringify(measured, null, 2)}\n`);
}

function fenced(text: string): string {
  return `\`\`\`text\n${text.trim()}\n\`\`\``;
}

async function fill(page: string, content: string): Promise<void> {
  const file = DOCS + page;
  await writeFile(file, withResult(await readFile(file, 'utf8'), content, page));
}

/** The page with other content between its two marks. Throws RangeError when it has none. */
export function withResult(text: string, content: string, page: string): string {
  const [from, to] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (from < 0 || to < from) throw new RangeError(`docs/${page} has no place between ${BEGIN} and ${END}.`);
  return `${text.slice(0, from + BEGIN.length)}\n\n${content}\n\n${text.slice(to)}`;
}
