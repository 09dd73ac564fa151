import type { InputName, Operation } from '../core/interface.ts';

export type CommandName = Operation | 'sign-in';

interface CommandFacts {
  /** One line in the list of commands. */
  readonly summary: string;
  /** The first paragraph of `COMMAND --help`. */
  readonly description: string;
  /** Inputs that the command uses, in the order of its help. Secrets are not options. */
  readonly inputs: readonly InputName[];
  /** The meaning of an option for this command, if it differs from the table of inputs. */
  readonly meanings?: Readonly<Partial<Record<InputName, string>>>;
  /** Examples for the help. */
  readonly examples: readonly (readonly [purpose: string, command: string])[];
}

/** Inputs that no command has: the command itself is the operation, and the others make sense only in a job of CI. */
export const inputsOfTheActionAlone: readonly InputName[] = [
  'operation',
  'revoke-on-exit',
  'allow-unsafe-events',
  'report-issue',
];

const account: readonly InputName[] = ['client-id', 'tenant-id', 'expected-user'];
const client: readonly InputName[] = ['federated-credential', 'federated-audience', 'authority-host'];
const network: readonly InputName[] = ['request-timeout', 'max-attempts'];
const custody: readonly InputName[] = ['refresh-token-destinations'];
const rest: readonly InputName[] = [...custody, ...account.slice(2), ...client, ...network];

const app = '--client-id 00001111-aaaa-2222-bbbb-3333cccc4444';
const signInOptions = `--organization contoso ${app} --tenant-id contoso.com`;

export const commands: Readonly<Record<CommandName, CommandFacts>> = {
  'sign-in': {
    summary: 'sign in once and store the first refresh token',
    description: `Signs you in with your browser and stores the refresh token that all other commands and the action need, without showing it. With --organization it also checks that the token can list the PATs there and has the permissions to manage them, and prints the workflow to paste. Sign in as the account whose PATs will be managed: every later run acts for the user who signs in here.

The app registration needs the redirect URI http://localhost. A confidential client (platform "Web") also needs its secret or certificate in AZURE_CLIENT_SECRET or AZURE_CLIENT_CERTIFICATE; a public one ("Mobile and desktop") needs none. docs/setup.md explains every step.`,
    inputs: [
      ...account.slice(0, 2),
      'organization',
      'expected-user',
      'federated-credential',
      'display-name',
      'scopes',
      'token-destinations',
      'authority-host',
      ...network,
    ],
    meanings: {
      organization: 'The organization whose PATs will be managed: checked right after the sign-in.',
      'expected-user': 'Fail if anybody but this user signs in: user principal name or object id.',
      'federated-credential':
        "For the printed workflow: the job's OIDC token is its credential. The sign-in itself uses AZURE_CLIENT_SECRET.",
      'display-name': 'For the printed workflow: the name of the PAT.',
      scopes: 'For the printed workflow: the scopes of the PAT.',
      'token-destinations': 'For the printed workflow: where it stores the PAT, repeatable.',
    },
    examples: [
      [
        'store it as a secret of a repository (GH_TOKEN may write its secrets)',
        `GH_TOKEN=$(gh auth token) azure-devops-pat sign-in ${signInOptions} --store github-secret:contoso/app/AZURE_DEVOPS_REFRESH_TOKEN`,
      ],
      [
        'no browser on this machine: enter a code on another one',
        `azure-devops-pat sign-in ${app} --tenant-id contoso.com --device-code --store azure-key-vault:contoso-vault/refresh-token`,
      ],
      [
        'hand it to another program, unseen',
        `azure-devops-pat sign-in ${app} --tenant-id contoso.com | gh secret set AZURE_DEVOPS_REFRESH_TOKEN`,
      ],
    ],
  },
  create: {
    summary: 'make a PAT',
    description: `Makes a PAT, proves that it works, and stores it in --token-destinations. Without a destination, the value goes to standard output; on a terminal only with --print.`,
    inputs: [
      'organization',
      ...account.slice(0, 2),
      'display-name',
      'scopes',
      'valid-for',
      'valid-to',
      'all-organizations',
      'if-exists',
      'previous-token',
      'verify',
      'token-destinations',
      'dry-run',
      ...rest,
    ],
    examples: [
      [
        'a PAT for a week, straight into a repository',
        `azure-devops-pat create ${signInOptions} --display-name nuget --scopes vso.packaging --valid-for 7d --token-destinations github-secret:contoso/app/NUGET_PAT`,
      ],
      [
        'its value in a variable of the shell',
        `PAT=$(azure-devops-pat create ${signInOptions} --display-name nuget --scopes vso.packaging | jq -r .token)`,
      ],
    ],
  },
  rotate: {
    summary: 'replace a PAT with a successor of the same name',
    description: `Makes a successor of the PAT, proves that it works, stores it everywhere, and only then retires the old one. If anything fails on the way, whatever is stored still works, and a later rotation finishes what is left.`,
    inputs: [
      'organization',
      ...account.slice(0, 2),
      'display-name',
      'authorization-id',
      'scopes',
      'valid-for',
      'valid-to',
      'rotate-within',
      'previous-token',
      'if-missing',
      'all-organizations',
      'verify',
      'token-destinations',
      'dry-run',
      ...rest,
    ],
    examples: [
      [
        'rotate now; the old PAT stays valid for another day',
        `azure-devops-pat rotate ${signInOptions} --display-name nuget --previous-token 24h --token-destinations github-secret:contoso/app/NUGET_PAT`,
      ],
      [
        'what would happen',
        `azure-devops-pat rotate ${signInOptions} --display-name nuget --rotate-within 7d --dry-run`,
      ],
    ],
  },
  revoke: {
    summary: 'end PATs for good',
    description: 'Revokes PATs by id, or all PATs of one name. Revoking a PAT that is already revoked succeeds.',
    inputs: [
      'organization',
      ...account.slice(0, 2),
      'authorization-id',
      'display-name',
      'if-missing',
      'dry-run',
      ...rest,
    ],
    examples: [
      ['by name', `azure-devops-pat revoke ${signInOptions} --display-name nuget`],
      [
        'several, by id',
        `azure-devops-pat revoke ${signInOptions} --authorization-id 0f3c2d8e-5a0b-4f7e-9a51-2f4c8e6b1d07 --authorization-id 7b1f9c44-1f0e-4d2b-8f0a-6c5d3e2a1b90`,
      ],
    ],
  },
  update: {
    summary: 'change name, scopes or end of a PAT in place',
    description: 'Changes a PAT in place. Its value normally stays, so nothing that uses it needs a change.',
    inputs: [
      'organization',
      ...account.slice(0, 2),
      'display-name',
      'authorization-id',
      'new-display-name',
      'scopes',
      'valid-for',
      'valid-to',
      'all-organizations',
      'dry-run',
      ...rest,
    ],
    examples: [
      [
        'extend it to 30 days from now',
        `azure-devops-pat update ${signInOptions} --display-name nuget --valid-for 30d`,
      ],
    ],
  },
  get: {
    summary: 'show one PAT, without its value',
    description:
      'Shows what Azure DevOps knows of one PAT. Nothing can show its value: Azure DevOps gives it only once, when the PAT is made.',
    inputs: ['organization', ...account.slice(0, 2), 'display-name', 'authorization-id', ...rest],
    examples: [
      ['when does it end?', `azure-devops-pat get ${signInOptions} --display-name nuget --json | jq -r '."valid-to"'`],
    ],
  },
  list: {
    summary: 'show PATs, the next to expire first',
    description:
      'Shows the PATs of the user, the next to expire first: a table on a terminal, JSON in a pipe or with --json.',
    inputs: ['organization', ...account.slice(0, 2), 'filter', 'expiring-within', 'fail-on-expiring', ...rest],
    examples: [
      ['all that are active', `azure-devops-pat list ${signInOptions}`],
      [
        'an alarm: exit code 6 if any ends within two weeks',
        `azure-devops-pat list ${signInOptions} --expiring-within 14d --fail-on-expiring`,
      ],
      [
        'the ids of expired ones',
        `azure-devops-pat list ${signInOptions} --filter expired | jq -r '.pats[]."authorization-id"'`,
      ],
    ],
  },
  sync: {
    summary: 'create, rotate and change PATs as a manifest says',
    description: `Reads a YAML manifest and creates what is missing, rotates what is due, and changes what drifted. PATs that the manifest doesn't name are left alone.`,
    inputs: ['manifest', 'organization', ...account.slice(0, 2), 'max-concurrency', 'dry-run', ...rest],
    examples: [
      ['the plan', `azure-devops-pat sync ${app} --tenant-id contoso.com --manifest pats.yml --dry-run`],
      ['do it', `azure-devops-pat sync ${app} --tenant-id contoso.com --manifest pats.yml`],
    ],
  },
  exchange: {
    summary: 'turn the refresh token into an access token',
    description: `Exchanges the refresh token for an access token of Azure DevOps and a new refresh token. Both are shown only in a pipe or with --print; with --refresh-token-destinations the new refresh token is stored and not shown.`,
    inputs: [...account, ...custody, 'organization', 'identity-provider', 'redirect-uri', ...client, ...network],
    examples: [
      [
        'an access token for one call',
        `azure-devops-pat exchange ${app} --tenant-id contoso.com | jq -r '."access-token"'`,
      ],
      [
        'renew the stored refresh token',
        `azure-devops-pat exchange ${app} --tenant-id contoso.com --refresh-token-destinations github-secret:contoso/app/AZURE_DEVOPS_REFRESH_TOKEN`,
      ],
    ],
  },
  check: {
    summary: 'say whether everything works, and what will break next',
    description: `Examines the sign-in, the permissions, the organization, every destination and every PAT that is named, the clock and the proxy. For each it says whether it works, and what to do if it doesn't. It changes no PAT and no destination. As always, the new refresh token is stored in the destinations of --refresh-token-destinations.`,
    inputs: [
      'organization',
      ...account.slice(0, 2),
      'display-name',
      'authorization-id',
      'token-destinations',
      'manifest',
      'rotate-within',
      'expiring-within',
      'max-concurrency',
      ...rest,
    ],
    meanings: {
      'authorization-id': 'Which PAT to examine, by its id.',
      'display-name': 'Which PAT to examine, by its name.',
      'token-destinations':
        'Where the PAT is stored, repeatable: each destination is asked whether it holds a value, and since when.',
      manifest: 'Path of a YAML manifest: each of its PATs and destinations is examined.',
      'rotate-within': 'How long before its end the PAT is due for rotation, such as 7d.',
      'max-concurrency': 'How many organizations of the manifest are examined at the same time (default: 4).',
      'expiring-within': 'Warn of what ends within this duration (default: 7d).',
    },
    examples: [
      [
        'a PAT and the destination that it is stored in; exit code 7 if something does not work',
        `azure-devops-pat check ${signInOptions} --display-name nuget --token-destinations github-secret:contoso/app/NUGET_PAT`,
      ],
      [
        'what needs attention, in a script',
        `azure-devops-pat check ${signInOptions} --display-name nuget | jq -r '.checks[] | select(.state != "ok") | .text'`,
      ],
    ],
  },
};
