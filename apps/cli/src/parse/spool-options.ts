/** The options that name a spool. */
import { Option } from '@commander-js/extra-typings';
import { sizeOption } from './options.ts';

const MIN_BYTES = 64 * 1024;
const MAX_BYTES = 64 * 1024 ** 3;

/** `--spool <dir>` */
export const spoolOption = (what: string) => new Option('--spool <dir>', what);

/** `--spool-max <size>`, bytes. */
export const spoolMaxOption = () =>
  new Option(
    '--spool-max <size>',
    'the most that the folder of --spool may have (default: 256MiB)',
  ).argParser(sizeOption({ min: MIN_BYTES, max: MAX_BYTES }));
