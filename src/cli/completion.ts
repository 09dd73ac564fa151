import type { Command, Option } from 'commander';
import { type InputFacts, inputs } from '../core/interface.ts';

export const shells = ['bash', 'zsh', 'fish', 'powershell'] as const;
export type Shell = (typeof shells)[number];

const name = 'azure-devops-pat';

/** The values that may follow an option; undefined if it takes none, or any text. */
function choicesOf(option: Option): readonly string[] | undefined {
  const facts: Readonly<Record<string, InputFacts>> = inputs;
  return facts[option.name()]?.values;
}

/** Whether the value of an option is the path of a file. */
function takesFile(option: Option): boolean {
  return option.name() === 'manifest';
}

/** Words that may follow a command, its options first. */
function wordsOf(command: Command): string[] {
  const values = command.registeredArguments.flatMap(({ argChoices = [] }) => argChoices);
  return [...command.options.map(({ long }) => long ?? ''), '--help', ...values];
}

/** Each option once, although several commands have it. */
function optionsOf(program: Command): Option[] {
  return [...new Map(program.commands.flatMap(({ options }) => options).map((each) => [each.long, each])).values()];
}

const names = (program: Command): string => program.commands.map((command) => command.name()).join(' ');

/** The script for bash. zsh can run it too. */
function bash(program: Command): string {
  const own = program.commands.map((command) => `    ${command.name()}) offers='${wordsOf(command).join(' ')}' ;;`);
  const valued = optionsOf(program).filter(({ required, optional }) => required || optional);
  const unknown = valued.filter((option) => !takesFile(option) && choicesOf(option) === undefined);
  const after = valued.flatMap((option) => {
    const choices = choicesOf(option)?.join(' ');
    if (takesFile(option)) return `    ${option.long}) COMPREPLY=($(compgen -f -- "$word")); return ;;`;
    if (choices === undefined) return [];
    return `    ${option.long}) offers=${option.optional ? `"${choices} $offers"` : `'${choices}'`} ;;`;
  });
  return `_azure_devops_pat() {
  local word="\${COMP_WORDS[COMP_CWORD]}" offers=''
  case "\${COMP_WORDS[1]}" in
${own.join('\n')}
    help) offers='${names(program)}' ;;
  esac
  case "\${COMP_WORDS[COMP_CWORD-1]}" in
${after.join('\n')}
    ${unknown.map(({ long }) => long).join('|')}) offers='' ;;
  esac
  [ "$COMP_CWORD" -gt 1 ] || offers='${names(program)} help --help --version'
  COMPREPLY=($(compgen -W "$offers" -- "$word"))
}
complete -F _azure_devops_pat ${name}
`;
}

const zsh = (program: Command): string =>
  `(( $+functions[compdef] )) || { autoload -U +X compinit && compinit; }
autoload -U +X bashcompinit && bashcompinit
${bash(program)}`;

/** The start of a description that fits into a list of options, in quotes for a shell. */
function quoted(text: string): string {
  const [first = ''] = text.replace(/^[a-z, -]+: /u, '').split(/[.:;(]/u);
  return `'${first.trim().replaceAll("'", '’')}'`;
}

function fish(program: Command): string {
  const flags = optionsOf(program).filter(({ optional }) => optional);
  const lines = [
    `complete -c ${name} -f`,
    `complete -c ${name} -n '__fish_prev_arg_in ${flags.map(({ long }) => long).join(' ')}' -a 'true false'`,
  ];
  for (const command of program.commands) {
    const of = command.name();
    lines.push(`complete -c ${name} -n __fish_use_subcommand -a ${of} -d ${quoted(command.summary())}`);
    const prefix = `complete -c ${name} -n '__fish_seen_subcommand_from ${of}'`;
    const values = wordsOf(command).filter((word) => !word.startsWith('-'));
    if (values.length > 0) lines.push(`${prefix} -a '${values.join(' ')}'`);
    for (const option of command.options) {
      const choices = option.required ? choicesOf(option)?.join(' ') : undefined;
      const value = option.required ? (takesFile(option) ? ' -r -F' : ' -x') : '';
      const after = choices === undefined ? '' : ` -a '${choices}'`;
      lines.push(`${prefix} -l ${option.long?.slice(2)}${value}${after} -d ${quoted(option.description)}`);
    }
  }
  return `${lines.join('\n')}\n`;
}

function powershell(program: Command): string {
  const list = (words: readonly string[]): string => words.map((word) => `'${word}'`).join(', ');
  const own = program.commands.map((command) => `    '${command.name()}' = @(${list(wordsOf(command))})`);
  const after = optionsOf(program).flatMap((option) => {
    if (takesFile(option) || !(option.required || option.optional)) return [];
    return `    '${option.long}' = @(${list(choicesOf(option) ?? [])})`;
  });
  return `Register-ArgumentCompleter -Native -CommandName ${name} -ScriptBlock {
  param($word, $line, $cursor)
  $own = @{
${own.join('\n')}
    'help' = @(${list(names(program).split(' '))})
  }
  $after = @{
${after.join('\n')}
  }
  $before = @($line.CommandElements | Where-Object { $_.Extent.EndOffset -lt $cursor } | ForEach-Object { "$_" })
  $words = if ($before.Count -lt 2) { @($own.Keys) } elseif ($after.ContainsKey($before[-1])) {
    $after[$before[-1]] + $(if ($after[$before[-1]] -contains 'true') { $own[$before[1]] })
  } else { $own[$before[1]] }
  $words | Where-Object { $_ -like "$word*" } | Sort-Object | ForEach-Object {
    [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
  }
}
`;
}

const writers: Readonly<Record<Shell, (program: Command) => string>> = { bash, zsh, fish, powershell };

/** The script with which a shell completes commands, options and their values. */
export function completionOf(program: Command, shell: Shell): string {
  return writers[shell](program);
}
