/** `hooklane completion`: a script for a shell. */
import { Argument, Command } from '@commander-js/extra-typings';
import type { Cli } from '../cli.ts';
import { SHELLS, completionScript } from '../completion/scripts.ts';
import { placesOf } from '../completion/words.ts';

const AFTER = `
Load it for good:
  bash  $ echo 'source <(hooklane completion bash)' >> ~/.bashrc
  zsh   $ echo 'source <(hooklane completion zsh)' >> ~/.zshrc
  fish  $ hooklane completion fish > ~/.config/fish/completions/hooklane.fish

Examples:
  $ source <(hooklane completion bash)
`;

/** The command. It talks to no server. */
export function completionCommand(cli: Cli) {
  return new Command('completion')
    .description('print a completion script for a shell')
    .addArgument(new Argument('<shell>', 'for which shell').choices(SHELLS))
    .addHelpText('after', AFTER)
    .action((shell, _options, command) => {
      const program = command.parent;
      if (program !== null) cli.terminal.print(completionScript(shell, placesOf(program)).trimEnd());
    });
}
