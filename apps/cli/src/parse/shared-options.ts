/** Options that mean the same in several commands. */
import { Option } from '@commander-js/extra-typings';
import { durationOption } from './options.ts';

const DAY_MS = 24 * 3_600_000;

/** `--json` */
export const jsonOption = () => new Option('--json', 'print JSON, as the API gives it');

/** `--yes` */
export const yesOption = () => new Option('-y, --yes', 'do not ask');

/** `--wait [time]`, at most 24h; on its own a minute. Its value is ms. */
export const waitOption = (what: string) =>
  new Option('--wait [time]', what).argParser(durationOption({ min: 100, max: DAY_MS })).preset('60s');

/** The lines that every command's help ends with. */
export function examples(...lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  $ hooklane ${line}`).join('\n')}\n`;
}
