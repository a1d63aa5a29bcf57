/** `pnpm bench:record`: records the ratios that the tests hold, the median of five rounds. */
import { runMain } from '@hooklane/local';
import { measureRatios } from './measure-ratios.ts';
import { mediansOf, readRecorded, writeRecorded } from './ratios.ts';
import type { Ratios } from './ratios.ts';

const ROUNDS = 5;

async function main(signal: AbortSignal): Promise<void> {
  const rounds: Ratios[] = [];
  for (let round = 1; round <= ROUNDS; round += 1) {
    rounds.push(await measureRatios(signal));
    process.stderr.write(`round ${round}/${ROUNDS}  ${JSON.stringify(rounds.at(-1))}\n`);
  }
  const before = await readRecorded();
  const ratios = mediansOf(rounds);
  for (const [name, value] of Object.entries(ratios))
    process.stdout.write(`${name}: ${value.toPrecision(3)}, before ${before[name] ?? 'none'}\n`);
  await writeRecorded(ratios);
}

await runMain({ main, usage: '', print: (line) => void process.stderr.write(`${line}\n`) });
