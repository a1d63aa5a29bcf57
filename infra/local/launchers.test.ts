import { expect, test } from '@jest/globals';
import { launchersAmong } from './launchers.ts';

const chain = (...commands: string[]) => commands.map((command, index) => ({ pid: 100 - index, command }));

test.each([
  [
    'npx over pnpm',
    [
      'sh -c pnpm --silent build && node x.ts',
      'pnpm start',
      "sh -c 'pnpm' start",
      'npm exec pnpm@12 start',
      '-bash',
    ],
    4,
  ],
  ['pnpm alone', ['sh -c node x.ts', '/usr/local/bin/pnpm start', '-zsh'], 2],
  ['a script of pnpm', ['sh -c node x.ts', '/usr/bin/node /opt/lib/pnpm.cjs start', 'tmux'], 2],
  [
    'a shell that is not theirs',
    ['sh -c node x.ts', 'pnpm start', 'bash -c npx pnpm start & sleep 9', 'sshd'],
    2,
  ],
  ['a service manager', ['sh -c node x.ts', 'pnpm start'], 2],
  ['nobody', ['bash -c node x.ts &', '/sbin/init'], 0],
  ['a shell', ['-bash'], 0],
])('launched by %s', (_, commands, count) => {
  expect(launchersAmong(chain(...commands))).toEqual([100, 99, 98, 97].slice(0, count));
});
