/** How much of a list. */
import { Option } from '@commander-js/extra-typings';
import { countOption } from './options.ts';

const MAX_ITEMS = 1_000_000;
const DEFAULT_ITEMS = 50;

/** `--limit <n>` */
export const limitOption = () =>
  new Option('--limit <n>', 'the most items')
    .argParser(countOption({ min: 1, max: MAX_ITEMS }))
    .default(DEFAULT_ITEMS);

/** `--all` */
export const allOption = () => new Option('--all', 'everything that matches').conflicts('limit');
