/** Completion scripts for shells. They hold all words themselves: completing starts no program. */
import type { Place } from './words.ts';

/** The shells that are known. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const;

/** One of {@link SHELLS}. */
export type Shell = (typeof SHELLS)[number];

/** The script. */
export function completionScript(shell: Shell, places: readonly Place[]): string {
  if (shell === 'bash') return bashScript(places);
  return shell === 'zsh' ? zshScript(places) : fishScript(places);
}

const HEADER = '# Completion of hooklane. Made by: hooklane completion';

/** The part that bash and zsh share: which commands were named, which words and values are possible. */
function caseParts(places: readonly Place[]): { paths: string; words: string; values: string } {
  const inner = places.filter(({ path }) => path !== '');
  const paths = inner.map(({ path }) => `"${path}"`).join('|');
  const words = places.map(({ path, words: own, options }) => {
    const all = [...own.map(({ word }) => word), ...options.map(({ flag }) => flag)];
    return `    "${path}") words="${all.join(' ')}" ;;`;
  });
  const values = places.flatMap(({ path, options }) =>
    options
      .filter(({ takesValue }) => takesValue)
      .map(
        ({ flag, choices }) =>
          `    "${path} ${flag}"|" ${path} ${flag}") words="${choices.join(' ')}"; takes_value=1 ;;`,
      ),
  );
  return { paths, words: words.join('\n'), values: values.join('\n') };
}

function bashScript(places: readonly Place[]): string {
  const { paths, words, values } = caseParts(places);
  return `${HEADER} bash
# Load it with: source <(hooklane completion bash)
_hooklane() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}" path="" words="" takes_value="" i next
  for ((i = 1; i < COMP_CWORD; i++)); do
    next="\${path:+$path }\${COMP_WORDS[i]}"
    case "$next" in
    ${paths}) path="$next" ;;
    esac
  done
  case "$path $prev" in
${values}
  esac
  if [[ -n $takes_value ]]; then
    if [[ -n $words ]]; then COMPREPLY=($(compgen -W "$words" -- "$cur")); else COMPREPLY=($(compgen -f -- "$cur")); fi
    return
  fi
  case "$path" in
${words}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -F _hooklane hooklane
`;
}

function zshScript(places: readonly Place[]): string {
  const { paths, words, values } = caseParts(places);
  return `#compdef hooklane
${HEADER} zsh
# Load it with: source <(hooklane completion zsh)
_hooklane() {
  local cur="\${words[CURRENT]}" prev="\${words[CURRENT-1]}" path_so_far="" takes_value="" i next
  local -a given=("\${words[@]}")
  local words=""
  for ((i = 2; i < CURRENT; i++)); do
    next="\${path_so_far:+$path_so_far }\${given[i]}"
    case "$next" in
    ${paths}) path_so_far="$next" ;;
    esac
  done
  case "$path_so_far $prev" in
${values}
  esac
  if [[ -n $takes_value ]]; then
    if [[ -n $words ]]; then compadd -- \${=words}; else _files; fi
    return
  fi
  case "$path_so_far" in
${words}
  esac
  compadd -- \${=words}
}
(( $+functions[compdef] )) || { autoload -Uz compinit && compinit }
compdef _hooklane hooklane
`;
}

function fishScript(places: readonly Place[]): string {
  const lines = places.flatMap(({ path, words, options }) => {
    const condition = `-n '__hooklane_at "${path}"'`;
    return [
      ...words.map(
        ({ word, description }) =>
          `complete -c hooklane -f ${condition} -a ${word} -d ${fishQuote(description)}`,
      ),
      ...options.map(({ flag, description, takesValue, choices }) => {
        const value = takesValue ? ` -r${choices.length > 0 ? ` -f -a '${choices.join(' ')}'` : ''}` : '';
        return `complete -c hooklane ${condition} -l ${flag.slice(2)}${value} -d ${fishQuote(description)}`;
      }),
    ];
  });
  const paths = places.map(({ path }) => fishQuote(path)).join(' ');
  return `${HEADER} fish
# Load it with: hooklane completion fish | source
function __hooklane_at
  set -l at ''
  for word in (commandline -opc)[2..-1]
    set -l next (string trim -- "$at $word")
    contains -- "$next" ${paths}; and set at "$next"
  end
  test "$at" = "$argv[1]"
end
complete -c hooklane -f
${lines.join('\n')}
`;
}

function fishQuote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", String.raw`\'`)}'`;
}
