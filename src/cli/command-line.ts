import { Argument, Command, CommanderError, Option } from 'commander';
import { Failure } from '../core/failure.ts';
import { type InputFacts, type InputName, inputs } from '../core/interface.ts';
import { quoteForeign } from '../core/sanitize.ts';
import { type CommandName, commands } from './commands.ts';
import { completionOf, type Shell, shells } from './completion.ts';
import { exitCodeMeanings } from './exit-code.ts';
import { refuseSecretOptions } from './secret-options.ts';

/** A parsed command line: the command, the inputs as texts, and the other options. */
export interface CommandLine {
  readonly command: CommandName;
  readonly raw: Readonly<Partial<Record<InputName, string>>>;
  /** Whether the refresh token comes from standard input. */
  readonly standardInput: boolean;
  readonly json: boolean;
  /** Whether to show secrets even if the output is a terminal or they are stored elsewhere. */
  readonly print: boolean;
  readonly debug: boolean;
  readonly signIn: SignInOptions;
}

interface SignInOptions {
  /** Destinations, as written. */
  readonly store: readonly string[];
  readonly deviceCode: boolean;
  readonly browser: boolean;
  readonly port: string | undefined;
  readonly timeout: string | undefined;
}

/** Options that may be repeated. The input has one value per line, or one per word. */
const repeatable: ReadonlySet<InputName> = new Set<InputName>([
  'authorization-id',
  'scopes',
  'token-destinations',
  'refresh-token-destinations',
]);

/** The placeholder of the value in the help, if the name of the option says too little. */
const placeholders: Readonly<Partial<Record<InputName, string>>> = {
  organization: 'name',
  'tenant-id': 'tenant',
  'client-id': 'guid',
  'authorization-id': 'guid',
  'display-name': 'name',
  'new-display-name': 'name',
  'authority-host': 'address',
  'redirect-uri': 'address',
  'expected-user': 'user',
  'valid-for': 'duration',
  'valid-to': 'instant',
  'rotate-within': 'duration',
  'expiring-within': 'duration',
  'request-timeout': 'duration',
  'token-destinations': 'dest',
  'refresh-token-destinations': 'dest',
  'max-attempts': 'number',
  'max-concurrency': 'number',
  manifest: 'file',
};

function isFlag(facts: InputFacts): boolean {
  return facts.values?.join() === 'true,false';
}

/** The description of an input as plain text, with its allowed values and its default. */
function describe(name: InputName, facts: InputFacts, meaning: string | undefined): string {
  if (meaning !== undefined) return meaning;
  const text = facts.description
    .replaceAll('`', '')
    .replace(/, one per line\b/u, repeatable.has(name) ? ', repeatable' : '');
  const namesValues = isFlag(facts) || facts.values?.every((value) => text.includes(value));
  const more = [
    facts.required && 'required',
    !namesValues && facts.values?.join(', '),
    facts.default !== undefined && `default: ${facts.default}`,
  ];
  const facets = more.filter(Boolean).join('; ');
  return facets === '' ? text : `${text} (${facets})`;
}

function collect(value: string, earlier: unknown): string[] {
  return [...(Array.isArray(earlier) ? earlier.map(String) : []), value];
}

/** The option of an input. The parser of all inputs checks its value, so that all problems are reported together. */
function optionOf(name: InputName, meaning: string | undefined): Option {
  const facts: InputFacts = inputs[name];
  const description = describe(name, facts, meaning);
  if (isFlag(facts)) return new Option(`--${name} [boolean]`, description).preset('true');
  const option = new Option(`--${name} <${placeholders[name] ?? 'value'}>`, description);
  return repeatable.has(name) ? option.argParser(collect) : option;
}

const json = new Option('--json', 'Print JSON, also on a terminal.');
const print = new Option('--print', 'Show secrets, also on a terminal.');
const debug = new Option('--debug', 'Log every step, and the origin of an error.');
const standardInput = new Option('--refresh-token <->', 'Read the refresh token from standard input.');

const signInOptions = [
  new Option(
    '--store <dest>',
    'Where to store the refresh token, repeatable, such as github-secret:OWNER/REPO/NAME.',
  ).argParser(collect),
  new Option('--device-code', 'Sign in by entering a code in any browser; for public clients.'),
  new Option('--port <number>', 'Port to which the browser returns. (default: any free one)'),
  new Option('--timeout <duration>', 'How long to wait for the sign-in. (default: 5m; device code: 15m)'),
  new Option('--no-browser', 'Only print the address, and open no browser.'),
];

const secretHelp: readonly (readonly [variable: string, meaning: string])[] = [
  ['AZURE_DEVOPS_REFRESH_TOKEN', 'the refresh token (or --refresh-token - for standard input)'],
  ['AZURE_CLIENT_SECRET', 'the secret of a confidential client'],
  ['AZURE_CLIENT_CERTIFICATE', 'or its certificate and private key, PEM'],
  ['GH_TOKEN, GITHUB_TOKEN', 'a token that may write secrets, for github-... destinations'],
];

const networkHelp: readonly (readonly [variable: string, meaning: string])[] = [
  ['HTTPS_PROXY, ALL_PROXY', 'the proxy; the first one that is set counts'],
  ['NO_PROXY', 'the hosts that are reached without the proxy'],
  ['NODE_EXTRA_CA_CERTS', 'a file with more CA certificates to trust, PEM'],
];

function variableLines(variables: readonly (readonly [variable: string, meaning: string])[]): string {
  return variables.map(([variable, meaning]) => `  ${variable.padEnd(28)}${meaning}`).join('\n');
}

function environmentHelp(command?: CommandName): string {
  const secrets = secretHelp.filter(([variable]) => command !== 'sign-in' || !variable.includes('REFRESH'));
  return `Secrets are never options. They come from environment variables:
${variableLines(secrets)}

These variables apply to every request:
${variableLines(networkHelp)}`;
}

const exitHelp = `Exit codes:
${exitCodeMeanings.map(([code, meaning]) => `  ${String(code).padEnd(5)}${meaning}`).join('\n')}`;

function examplesOf(name: CommandName): string {
  const lines = commands[name].examples.flatMap(([purpose, command]) => [
    `  # ${purpose}`,
    `  ${command.replaceAll(' --', ' \\\n      --')}`,
    '',
  ]);
  return ['Examples:', ...lines].join('\n');
}

function addCommand(program: Command, name: CommandName, chosen: (line: CommandLine) => void): void {
  const facts = commands[name];
  const command = program.command(name).summary(facts.summary).description(facts.description).usage('[options]');
  const known = new Map<InputName, Option>();
  const own = name === 'sign-in' ? signInOptions : [];
  for (const option of own) command.addOption(option);
  for (const input of facts.inputs) {
    const option = optionOf(input, facts.meanings?.[input]);
    known.set(input, option);
    command.addOption(option);
  }
  if (name !== 'sign-in') command.addOption(standardInput).addOption(json);
  command.addOption(print).addOption(debug);
  command.addHelpText('after', `\n${examplesOf(name)}\n${environmentHelp(name)}\n\n${exitHelp}\n`);
  command.action((options: Readonly<Record<string, unknown>>) => {
    const raw: Partial<Record<InputName, string>> = {};
    for (const [input, option] of known) {
      const value = options[option.attributeName()];
      if (Array.isArray(value)) raw[input] = value.join('\n');
      else if (typeof value === 'string') raw[input] = value;
    }
    const text = (key: string): string | undefined => (typeof options[key] === 'string' ? options[key] : undefined);
    chosen({
      command: name,
      raw,
      standardInput: options.refreshToken === '-',
      json: options.json === true,
      print: options.print === true,
      debug: options.debug === true,
      signIn: {
        store: Array.isArray(options.store) ? options.store.map(String) : [],
        deviceCode: options.deviceCode === true,
        browser: options.browser !== false,
        port: text('port'),
        timeout: text('timeout'),
      },
    });
  });
}

/** Adds the command that prints a completion script. It reads no secret and sends nothing. */
function addCompletion(program: Command, show: (script: string) => void): void {
  program
    .command('completion')
    .summary('print the script by which a shell completes this command')
    .description(
      `Prints a script for a shell. With it, the key Tab completes commands, options, and values that come from a short list.`,
    )
    .usage('SHELL')
    .addArgument(new Argument('<shell>', 'The shell.').choices(shells))
    .addHelpText(
      'after',
      `
Examples:
  # in ~/.bashrc or ~/.zshrc, with the name of the shell
  eval "$(azure-devops-pat completion bash)"

  # in ~/.config/fish/config.fish
  azure-devops-pat completion fish | source

  # in the profile of PowerShell
  azure-devops-pat completion powershell | Out-String | Invoke-Expression
`,
    )
    .action((shell: Shell) => show(completionOf(program, shell)));
}

/** Options of all commands, without the hyphens. */
function optionNames(program: Command): ReadonlySet<string> {
  return new Set(program.commands.flatMap((command) => command.options.map((option) => option.name())));
}

/**
 * Reads the command line.
 * @param show called with a help text that was asked for
 * @returns undefined if the user asked for help
 * @throws Failure `invalid-input`, which quotes nothing that may be a secret
 */
export function readCommandLine(words: readonly string[], show: (help: string) => void): CommandLine | undefined {
  let line: CommandLine | undefined;
  const program = new Command('azure-devops-pat')
    .description(
      `Manages Azure DevOps personal access tokens from a terminal, with the operations, names and error codes of the GitHub Action.
Begin with sign-in: it stores the refresh token that every other command needs.`,
    )
    .usage('COMMAND [options]')
    .enablePositionalOptions()
    .option('-V, --version', 'Show the version.')
    .helpOption('-h, --help', 'Show this help.')
    .helpCommand('help [command]', 'show what a command does, with examples')
    .addHelpText(
      'after',
      `
First steps:
  azure-devops-pat sign-in --help
  azure-devops-pat list --organization contoso --client-id ... --tenant-id contoso.com

${environmentHelp()}

${exitHelp}

docs/setup.md leads from nothing to the first workflow; docs/errors.md explains every error code.
`,
    )
    .configureHelp({ optionDescription: ({ description }) => description })
    .exitOverride()
    .configureOutput({ writeOut: show, writeErr: () => {}, outputError: () => {} });
  for (const name of Object.keys(commands) as CommandName[]) {
    addCommand(program, name, (given) => {
      line = given;
    });
  }
  addCompletion(program, show);
  refuseSecretOptions(words, optionNames(program));
  if (words.length === 0 || words.join() === 'help,help') {
    program.outputHelp();
    return undefined;
  }
  try {
    program.parse(words, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // This is how commander reports a command that it can't explain.
    if (error.code === 'commander.help' && error.exitCode !== 0) throw usage('there is no command of this name', '');
    if (error.code === 'commander.helpDisplayed' || error.code === 'commander.help') return undefined;
    throw usage(error.message, words[0] ?? '');
  }
  return line;
}

/** The Failure for an error of commander. It drops the text after an option, which may be a secret. */
function usage(message: string, command: string): Failure {
  const why = message
    .replace(/^error: /u, '')
    .replace(/(--\w[\w-]{0,60})=[^']*/gu, '$1')
    .replace(/'(-\w)[^'-][^']*'/gu, "'$1'");
  const about = Object.hasOwn(commands, command) || command === 'completion' ? `${command} ` : '';
  return new Failure('invalid-input', {
    what: 'Reading the command line',
    why: quoteForeign(why),
    hint: `See azure-devops-pat ${about}--help.`,
  });
}
