/** The options that describe a webhook. */
import { Option } from '@commander-js/extra-typings';
import { SIGNING_PROFILES } from '@hooklane/core';
import { countOption } from './options.ts';

/** `--name <name>` */
export const nameOption = () => new Option('--name <name>', 'its Friendly Name: letters, digits, _ and -');

/** `--url <url>` of the webhook. */
export const webhookUrlOption = () =>
  new Option('--url <url>', 'where to send (the server is: hooklane --url …)');

/** `--signing <profile>` */
export const signingOption = () =>
  new Option('--signing <profile>', 'how requests are signed').choices(SIGNING_PROFILES);

/** `--token-header <name>` */
export const tokenHeaderOption = () =>
  new Option('--token-header <name>', 'the header with the secret, when signing is token');

/** `--max-in-flight <n>` */
export const maxInFlightOption = () =>
  new Option('--max-in-flight <n>', 'the most tries at once').argParser(countOption({ min: 1, max: 256 }));
